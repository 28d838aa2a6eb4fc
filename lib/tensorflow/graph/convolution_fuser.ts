import {
  type Attribute,
  AttributeType,
  boolAttribute,
  intAttribute,
  stringAttribute,
  stringsAttribute,
} from "../ffi/attributes.ts";
import type { Context } from "../ffi/context.ts";
import { type Output, outputName } from "../ffi/graph_node.ts";

/** A node that replaces the one that was asked for. */
export interface FusedNode {
  op: string;
  attributes: Attribute[];
  inputs: (Output | Output[])[];
}

/** A convolution, and the ops after it that it has absorbed. */
export interface Convolution {
  /** Attributes of the convolution itself. */
  attributes: Attribute[];
  x: Output;
  kernel: Output;
  /** Names of the absorbed ops in their order, and the tensors that they read in addition. */
  absorbed: string[];
  read: Output[];
  type: number;
  /** Whether oneDNN keeps a copy of the kernel, which must be constant. */
  keepsKernel: boolean;
}

/** A map with zeros around it. */
export interface Padded {
  x: Output;
  /** For each axis, what is added before and after. */
  sides: number[];
}

/** oneDNN's convolution with the ops after it, which TensorFlow's own graph rewrite would make of a `Conv2D`. */
const FUSED = "_MklNativeFusedConv2D";
const FUSED_KERNEL = stringAttribute("_kernel", "MklNameChangeOp");

/** The sequences of ops that oneDNN's convolution can absorb. */
const SEQUENCES = new Set([
  "BiasAdd",
  "BiasAdd,Relu",
  "BiasAdd,Relu6",
  "BiasAdd,Add",
  "BiasAdd,Add,Relu",
]);

/** Returns whether this build of TensorFlow has oneDNN's convolution, and nobody has turned oneDNN off. */
export function hasFusedConvolution(context: Context): boolean {
  return Deno.env.get("TF_ENABLE_ONEDNN_OPTS") !== "0" && context.hasKernel(FUSED);
}

/** An op that is traced, and whose result depends on the arguments. */
export interface TracedOp {
  op: string;
  attributes: Attribute[];
  inputs: readonly Output[];
  /** Shapes of the inputs. */
  shapes: readonly (readonly number[])[];
  /** Type of its numbers, a value of `DataType`. */
  type: number;
}

/**
 * Combines a convolution with the padding before it, and with the bias, the sum and the activation after it. Unlike
 * TensorFlow's own rewrite of a graph, it does so while the graph grows, without copying it, and oneDNN may keep a kernel
 * in its own layout.
 */
export class ConvolutionFuser {
  readonly #convolutions = new Map<string, Convolution>();
  readonly #padded = new Map<string, Padded>();

  /**
   * Returns the convolution that computes an op's result, together with the ops before it; `undefined` if none does.
   *
   * @param keepsKernel called for a new convolution: whether oneDNN keeps a copy of its kernel
   */
  fuse({ op, attributes, inputs, shapes, type }: TracedOp, keepsKernel: () => boolean): Convolution | undefined {
    if (op === "Conv2D") {
      const [x, kernel] = inputs, padded = this.#withPadding(attributes, x, shapes[1][0]);
      return { ...padded, kernel, absorbed: [], read: [], type, keepsKernel: keepsKernel() };
    }
    const name = op === "AddV2" ? "Add" : op;
    if (name === "Add" && `${shapes[0]}` !== `${shapes[1]}`) return undefined;
    const [first, second] = inputs.map((input) => this.#convolutions.get(outputName(input)));
    // Either term of a sum may be the convolution that absorbs it.
    const [before, other] = first || name !== "Add" ? [first, inputs[1]] : [second, inputs[0]];
    if (!before || before.type !== type || !SEQUENCES.has([...before.absorbed, name].join())) return undefined;
    const read = name === "BiasAdd" || name === "Add" ? [...before.read, other] : before.read;
    return { ...before, absorbed: [...before.absorbed, name], read };
  }

  /** Returns a convolution's attributes and input, without the padding before it. */
  #withPadding(attributes: Attribute[], x: Output, side: number): Pick<Convolution, "attributes" | "x"> {
    const padded = this.#padded.get(outputName(x));
    const valid = attributes.some(({ name, value }) => name === "padding" && value === "VALID");
    // With explicit padding, oneDNN sums a 2 × 2 kernel in another order.
    if (!padded || !valid || side < 3) return { attributes, x };
    const padding = [stringAttribute("padding", "EXPLICIT"), intAttribute("explicit_paddings", padded.sides)];
    return { attributes: [...attributes.filter(({ name }) => name !== "padding"), ...padding], x: padded.x };
  }

  /** Remembers an output of a convolution, which later ops can be combined with. */
  remember(output: Output, convolution: Convolution): void {
    this.#convolutions.set(outputName(output), convolution);
  }

  /** Remembers that an output is a map with zeros around it. */
  rememberPadding(output: Output, padded: Padded): void {
    this.#padded.set(outputName(output), padded);
  }
}

/** Returns the node of a convolution. */
export function convolutionNode({ attributes, x, kernel, absorbed, read, type, keepsKernel }: Convolution): FusedNode {
  const all = [
    ...attributes.map((attribute) => attribute.name === "T" ? { ...attribute, value: type } : attribute),
    boolAttribute("is_filter_const", keepsKernel),
    FUSED_KERNEL,
  ];
  if (absorbed.length === 0) return { op: "_MklNativeConv2D", attributes: all, inputs: [x, kernel] };
  return {
    op: FUSED,
    attributes: [
      ...all,
      intAttribute("num_args", read.length),
      intAttribute("num_host_args", 0),
      { name: "TArgs", type: AttributeType.type, value: read.map(() => type) as never },
      stringsAttribute("fused_ops", absorbed),
    ],
    inputs: [x, kernel, read, []],
  };
}
