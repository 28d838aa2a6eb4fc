/** The few protobuf messages that TensorFlow's C API needs, written and read by field number. */
import { encodeMessage as encode, type Field, readFields } from "../../io/protobuf.ts";

/** `RewriterConfig.Toggle`. */
const ON = 1, OFF = 2;

/** Options of {@linkcode configProto}. */
export interface ConfigOptions {
  /** Threads that share one op. */
  intraOpThreads?: number;
  /** Threads that run ops in parallel. */
  interOpThreads?: number;
  /** Whether all GPUs are hidden. */
  hideGpus?: boolean;
  /** Whether float32 graphs are rewritten to run their products in oneDNN's bfloat16. Default `false`. */
  bfloat16?: boolean;
  /** Whether graphs may be rewritten in ways that change the rounding of sums. Default `false`. */
  fuse?: boolean;
  /**
   * Names of TensorFlow's graph optimisers (Grappler) to run; an empty list keeps a graph as traced. Default: its own
   * choice.
   */
  optimizers?: readonly string[];
}

/**
 * Returns a serialised `tensorflow.ConfigProto` (tensorflow/core/protobuf/config.proto and
 * rewriter_config.proto).
 */
export function configProto(options: ConfigOptions = {}): Uint8Array<ArrayBuffer> {
  const rewriter: Field[] = [];
  // RewriterConfig: 7 arithmetic_optimization reorders sums of gradients, 14 remapping merges batch
  // normalisation, bias and activation into convolutions: both round differently from separate ops.
  if (!options.fuse) rewriter.push([7, OFF], [14, OFF]);
  // RewriterConfig: 19 disable_meta_optimizer, 100 optimizers.
  if (options.optimizers?.length === 0) rewriter.push([19, true]);
  for (const name of options.optimizers ?? []) rewriter.push([100, new TextEncoder().encode(name)]);
  // RewriterConfig: 31 auto_mixed_precision_onednn_bfloat16.
  if (options.bfloat16) rewriter.push([31, ON]);
  const fields: Field[] = [];
  if (options.hideGpus) {
    // map<string, int32> device_count = 1: {key: "GPU", value: 0}
    fields.push([1, encode([[1, new TextEncoder().encode("GPU")], [2, 0]])]);
  }
  if (options.intraOpThreads) fields.push([2, options.intraOpThreads]);
  if (options.interOpThreads) fields.push([5, options.interOpThreads]);
  fields.push([6, encode([[4, true]])]); // gpu_options.allow_growth
  fields.push([7, true]); // allow_soft_placement
  fields.push([10, encode([[10, encode(rewriter)]])]); // graph_options.rewrite_options
  return encode(fields);
}

/** One input of an op: a single tensor, or a list. */
export interface InputArgument {
  name: string;
  isList: boolean;
  /** The attribute with the number of the list's tensors; empty for lists of mixed types. */
  numberAttribute: string;
  /** The attribute with the types of a mixed list. */
  typeListAttribute: string;
  /** The attribute with the input's type; empty for a fixed type. */
  typeAttribute: string;
}

/** Reads the inputs that a serialised `tensorflow.OpDef` (op_def.proto) declares, in order. */
export function opDefInputs(opDef: Uint8Array): InputArgument[] {
  const text = new TextDecoder();
  const inputs: InputArgument[] = [];
  for (const [field, value] of readFields(opDef)) {
    if (field !== 2 || !(value instanceof Uint8Array)) continue; // input_arg
    const argument = { name: "", numberAttribute: "", typeListAttribute: "", typeAttribute: "" };
    for (const [key, inner] of readFields(value)) {
      if (!(inner instanceof Uint8Array)) continue;
      if (key === 1) argument.name = text.decode(inner);
      else if (key === 4) argument.typeAttribute = text.decode(inner);
      else if (key === 5) argument.numberAttribute = text.decode(inner);
      else if (key === 6) argument.typeListAttribute = text.decode(inner);
    }
    inputs.push({
      ...argument,
      isList: argument.numberAttribute !== "" || argument.typeListAttribute !== "",
    });
  }
  return inputs;
}
