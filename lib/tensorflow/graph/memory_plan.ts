/** An op of a traced step with its input and output tensors. */
export interface PlannedOp {
  op: string;
  /** Names of the input tensors. */
  inputs: string[];
  outputs: { name: string; bytes: number }[];
  /** Temporary memory while it runs, in bytes, without its outputs. */
  scratch?: number;
}

/** Ops whose result shares the memory of their input. */
const ALIASES = new Set(["Reshape", "Identity", "ExpandDims", "Squeeze", "StopGradient"]);

/** Ops that overwrite an input of the same size if no other op needs it. */
const IN_PLACE = new Set([
  "AddV2",
  "Mul",
  "Sub",
  "RealDiv",
  "Relu",
  "Relu6",
  "ReluGrad",
  "Relu6Grad",
  "Sigmoid",
  "BiasAdd",
]);

/**
 * Computes the peak memory of a step's tensors in bytes, if its ops run in the order in which they were traced (updates
 * of variables as early as possible) and each tensor is freed after its last reader. Memory that outlives the step
 * (variables, its arguments) is not counted.
 *
 * @param returned names of the tensors that the step returns
 */
export function peakBytes(ops: readonly PlannedOp[], returned: readonly string[]): number {
  return peakInOrder(earlyUpdates(ops), returned);
}

/**
 * Moves updates of variables, which have no output, to where TensorFlow runs them: as soon as their gradient is
 * computed.
 */
function earlyUpdates(ops: readonly PlannedOp[]): PlannedOp[] {
  const producer = new Map<string, number>();
  const place = ops.map(({ inputs, outputs }, i) => {
    for (const { name } of outputs) producer.set(name, i);
    return outputs.length > 0 ? i : Math.max(...inputs.map((name) => producer.get(name) ?? -1)) + 0.5;
  });
  return [...ops.keys()].sort((a, b) => place[a] - place[b] || a - b).map((i) => ops[i]);
}

function peakInOrder(ops: readonly PlannedOp[], returned: readonly string[]): number {
  // Tensors that share memory have one buffer.
  const owner = new Map<string, string>();
  const size = new Map<string, number>();
  const findBuffer = (name: string) => owner.get(name);
  const lastUse = new Map<string, number>();
  ops.forEach(({ inputs }, i) => inputs.forEach((name) => lastUse.set(name, i)));
  for (const name of returned) lastUse.set(name, ops.length);
  // For each buffer, its tensors that a later op still reads.
  const readers = new Map<string, Set<string>>();
  let live = 0, peak = 0;
  ops.forEach(({ op, inputs, outputs, scratch = 0 }, i) => {
    const dying = (name: string) => {
      const buffer = findBuffer(name);
      if (!buffer || lastUse.get(name) !== i) return false;
      return [...readers.get(buffer)!].every((reader) => lastUse.get(reader)! <= i);
    };
    outputs.forEach(({ name, bytes }, index) => {
      const aliased = ALIASES.has(op) && index === 0 ? findBuffer(inputs[0]) : undefined;
      const reused = !aliased && IN_PLACE.has(op) && index === 0
        ? inputs.map((input) => dying(input) ? findBuffer(input) : undefined).find((b) => b && size.get(b) === bytes)
        : undefined;
      const buffer = aliased ?? reused ?? name;
      owner.set(name, buffer);
      if (!readers.has(buffer)) {
        readers.set(buffer, new Set());
        size.set(buffer, bytes);
        live += bytes;
      }
      if (lastUse.has(name)) readers.get(buffer)!.add(name);
    });
    peak = Math.max(peak, live + scratch);
    for (const name of new Set([...inputs, ...outputs.map(({ name }) => name)])) {
      const buffer = findBuffer(name);
      const set = buffer && readers.get(buffer);
      if (!set) continue;
      if ((lastUse.get(name) ?? -1) <= i) set.delete(name);
      if (set.size === 0) {
        live -= size.get(buffer)!;
        readers.delete(buffer);
      }
    }
  });
  return peak;
}
