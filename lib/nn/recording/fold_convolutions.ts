import type { RecordedConstant, RecordedOp, Recording } from "../../tensorflow/mod.ts";

/** The recorded ops that are convolutions. Their inputs are a map, a kernel and, if folded, a bias. */
export const CONVOLUTIONS: readonly string[] = ["Convolution", "DepthwiseConvolution"];

/** Scales the result of a convolution, and adds a bias to it. */
interface Scaling {
  /** Factor of each channel. */
  factor: Float64Array;
  /** Addend of each channel. */
  bias: Float64Array;
}

/** Returns the scaling of a batch normalisation by running statistics. */
function normalization(op: RecordedOp, constants: Recording["constants"]): Scaling | undefined {
  const [scale, offset, mean, variance] = op.inputs.slice(1).map((id) => constants.get(id)?.values);
  if (!scale || !offset || !mean || !variance) return undefined;
  const epsilon = op.attributes.epsilon as number;
  const factor = Float64Array.from(scale, (value, i) => value / Math.sqrt(variance[i] + epsilon));
  return { factor, bias: factor.map((value, i) => offset[i] - mean[i] * value) };
}

/** Returns the scaling of an added bias. */
function addition(op: RecordedOp, constants: Recording["constants"]): Scaling | undefined {
  const bias = constants.get(op.inputs[1])?.values;
  return bias && { factor: new Float64Array(bias.length).fill(1), bias: Float64Array.from(bias) };
}

const SCALINGS: Readonly<Record<string, typeof addition>> = { FusedBatchNormV3: normalization, BiasAdd: addition };

/** Multiplies each channel by its factor, in place; channels are the last axis. */
function scale(values: Float32Array, factor: Float64Array): void {
  const channels = factor.length;
  for (let start = 0; start < values.length; start += channels) {
    for (let c = 0; c < channels; c++) values[start + c] *= factor[c];
  }
}

/** Returns the name of the bias of a convolution, as PyTorch names it. */
function biasName({ name }: RecordedConstant): string | undefined {
  return name?.replace(/weight$/, "bias");
}

/** Returns whether the result of an op is its input: tfjs also casts to the type that a tensor has. */
function copies({ name, attributes }: RecordedOp): boolean {
  return name === "Identity" || (name === "Cast" && attributes.SrcT === attributes.DstT);
}

/** Replaces results that are copies of other tensors by these. `isCopy` tells which ops only copy. */
export function withoutCopies(
  { ops, output, ...rest }: Recording,
  isCopy: (op: RecordedOp) => boolean = copies,
): Recording {
  const source = new Map<number, number>(), original = (id: number) => source.get(id) ?? id;
  const kept = ops.flatMap((op): RecordedOp[] => {
    const inputs = op.inputs.map(original);
    if (!isCopy(op)) return [{ ...op, inputs }];
    source.set(op.outputs[0], inputs[0]);
    return [];
  });
  return { ...rest, ops: kept, output: original(output) };
}

/**
 * Folds batch normalisations and biases into the convolutions before them. The running statistics are constants, so that
 * scaling the result of a convolution is the same as scaling its kernel.
 *
 * @param recording ops of a forward pass in inference. It is used up: kernels are scaled in place, as copies would take as
 * much memory as the model
 */
export function foldConvolutions(recording: Recording): Recording {
  const { ops, output, ...rest } = withoutCopies(recording);
  const constants = new Map(recording.constants);
  let nextId = Math.max(...recording.ranks.keys()) + 1;
  const uses = new Map<number, number>([[output, 1]]);
  const add = (constant: RecordedConstant) => {
    constants.set(nextId, constant);
    uses.set(nextId, 1);
    return nextId++;
  };
  for (const id of ops.flatMap(({ inputs }) => inputs)) uses.set(id, (uses.get(id) ?? 0) + 1);
  const folded: RecordedOp[] = [], madeAt = new Map<number, number>();
  for (const op of ops) {
    const scaling = SCALINGS[op.name]?.(op, constants), at = madeAt.get(op.inputs[0]);
    const convolution = at === undefined ? undefined : folded[at];
    const kernel = convolution && constants.get(convolution.inputs[1]);
    if (scaling && convolution && kernel && CONVOLUTIONS.includes(convolution.name) && uses.get(op.inputs[0]) === 1) {
      const { factor, bias } = scaling, channels = factor.length;
      const before = constants.get(convolution.inputs[2])?.values;
      const isOnlyUse = uses.get(convolution.inputs[1]) === 1 && kernel.values instanceof Float32Array;
      const values = isOnlyUse ? kernel.values as Float32Array : new Float32Array(kernel.values);
      scale(values, factor);
      const sum = Float32Array.from(bias, (value, i) => value + (before ? before[i] * factor[i] : 0));
      const inputs = [
        convolution.inputs[0],
        add({ ...kernel, values }),
        add({ name: biasName(kernel), shape: [channels], values: sum }),
      ];
      folded[at!] = { ...convolution, inputs, outputs: [op.outputs[0]] };
      madeAt.set(op.outputs[0], at!);
      continue;
    }
    madeAt.set(op.outputs[0], folded.push(op) - 1);
  }
  return { ...rest, ops: folded, output, constants };
}
