import type { SegmentationModel } from "../segmentation_model.ts";
import type { NamedArray } from "./safetensors.ts";
import { fromPyTorchLayout, type Weight, type Weights } from "./weight_scope.ts";
import { WeightsError } from "./weights_error.ts";

/** Returns weights as arrays with PyTorch's names and layout. */
export function weightArrays(weights: Weights): Map<string, NamedArray> {
  const arrays = new Map<string, NamedArray>();
  for (const weight of weights) {
    arrays.set(weight.name, { dtype: "F32", shape: [...weight.shape], data: weights.readValues(weight) });
  }
  return arrays;
}

/**
 * Assigns arrays to weights: to all, or to none if one does not fit.
 *
 * @param refusal beginning of the message if an array does not fit
 * @throws {WeightsError} naming arrays that are missing, unknown or of another shape.
 */
export function assignArrays(
  weights: Weights | readonly Weight[],
  arrays: ReadonlyMap<string, NamedArray>,
  refusal: string,
): void {
  const problems: string[] = [];
  const known = new Set<string>();
  for (const { name, shape } of weights) {
    known.add(name);
    const given = arrays.get(name);
    if (!given) problems.push(`${name} is missing`);
    else if (given.shape.join() !== shape.join()) {
      problems.push(`${name} is [${given.shape}] instead of [${shape}]`);
    } else if (!(given.data instanceof Float32Array)) problems.push(`${name} is ${given.dtype} instead of F32`);
  }
  for (const name of arrays.keys()) {
    if (!known.has(name) && !name.endsWith(".num_batches_tracked")) problems.push(`${name} is not in the model`);
  }
  if (problems.length) {
    const more = problems.length > 5 ? ` and ${problems.length - 5} more` : "";
    throw new WeightsError(`${refusal}: ${problems.slice(0, 5).join("; ")}${more}`);
  }
  for (const weight of weights) {
    const values = arrays.get(weight.name)!.data as Float32Array;
    if (!weight.variable) {
      // A copy, as the caller may free the given array.
      weight.values = values.slice();
      continue;
    }
    const value = fromPyTorchLayout(values, weight.shape);
    weight.variable.assign(value);
    value.dispose();
  }
}

/** Returns the name of the counter of a normalisation from that of its running variance. */
function counterName(variance: string): string {
  return variance.replace(/running_var$/, "num_batches_tracked");
}

/** Returns the batches that a normalisation saw in the training of its model. */
function trackedHere({ batchesTracked }: SegmentationModel, variable: Weight["variable"]): bigint {
  return variable ? BigInt(batchesTracked) : 0n;
}

/** Takes the counters of a state dict over, where it has them. */
function loadCounters(
  model: SegmentationModel,
  weights: readonly Weight[],
  state: ReadonlyMap<string, NamedArray>,
  isWhole: boolean,
): void {
  const counters = weights.flatMap(({ name, variable }) => {
    const data = name.endsWith(".running_var") && state.get(counterName(name))?.data;
    return data instanceof BigInt64Array ? [{ name, variable, counter: data[0] }] : [];
  });
  // An encoder's batches are not those of the decoder.
  const first = isWhole && counters.find(({ variable }) => variable);
  if (first) model.batchesTracked = Number(first.counter);
  for (const { name, variable, counter } of counters) {
    model.earlierBatches.set(name, counter - trackedHere(model, variable));
  }
}

/**
 * Returns a model's weights with PyTorch's names and layout, including the batch counters. SMP loads them with
 * `load_state_dict(strict=True)`.
 */
export function stateDict(model: SegmentationModel): Map<string, NamedArray> {
  const state = new Map<string, NamedArray>(), arrays = weightArrays(model.weights);
  for (const { name, variable } of model.weights) {
    state.set(name, arrays.get(name)!);
    if (!name.endsWith(".running_var")) continue;
    // SMP's order: a counter follows its variance.
    // A stage without variables is not computed, so training does not count its batches.
    const earlier = model.earlierBatches.get(name) ?? 0n, counter = earlier + trackedHere(model, variable);
    state.set(counterName(name), { dtype: "I64", shape: [], data: BigInt64Array.of(counter) });
  }
  return state;
}

/**
 * Loads a state dict into a model. It loads all weights, or none if one does not fit.
 *
 * @param part prefix of the weights to load, such as `encoder.`; the other weights do not change
 * @throws {WeightsError} naming weights that are missing, unknown or of another shape.
 */
export function loadStateDict(model: SegmentationModel, state: ReadonlyMap<string, NamedArray>, part = ""): void {
  const weights = [...model.weights].filter(({ name }) => name.startsWith(part));
  assignArrays(weights, state, `These weights are not for ${model.architecture} with ${model.encoder}`);
  loadCounters(model, weights, state, part === "");
}
