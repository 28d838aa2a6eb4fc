import type { SegmentationModel } from "../segmentation_model.ts";
import { fromPyTorchLayout } from "./weight_scope.ts";
import type { NamedArray } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/**
 * Returns a model's weights with PyTorch's names and layout, including the batch counters. SMP loads them with
 * `load_state_dict(strict=True)`.
 */
export function stateDict(model: SegmentationModel): Map<string, NamedArray> {
  const state = new Map<string, NamedArray>();
  for (const weight of model.weights) {
    state.set(weight.name, { dtype: "F32", shape: [...weight.shape], data: model.weights.readValues(weight) });
    if (weight.name.endsWith(".running_var")) {
      const counter = BigInt64Array.of(BigInt(weight.variable ? model.batchesTracked : 0));
      state.set(weight.name.replace(/running_var$/, "num_batches_tracked"), { dtype: "I64", shape: [], data: counter });
    }
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
  const problems: string[] = [];
  const known = new Set<string>();
  const weights = [...model.weights].filter(({ name }) => name.startsWith(part));
  for (const { name, shape } of weights) {
    known.add(name);
    const given = state.get(name);
    if (!given) problems.push(`${name} is missing`);
    else if (given.shape.join() !== shape.join()) {
      problems.push(`${name} is [${given.shape}] instead of [${shape}]`);
    } else if (!(given.data instanceof Float32Array)) problems.push(`${name} is ${given.dtype} instead of F32`);
  }
  for (const name of state.keys()) {
    if (!known.has(name) && !name.endsWith(".num_batches_tracked")) problems.push(`${name} is not in the model`);
  }
  if (problems.length) {
    const more = problems.length > 5 ? ` and ${problems.length - 5} more` : "";
    throw new WeightsError(
      `These weights are not for ${model.architecture} with ${model.encoder}: ${
        problems.slice(0, 5).join("; ")
      }${more}`,
    );
  }
  for (const weight of weights) {
    const values = state.get(weight.name)!.data as Float32Array;
    if (!weight.variable) {
      // A copy, as the caller may free the given array.
      weight.values = values.slice();
      continue;
    }
    const value = fromPyTorchLayout(values, weight.shape);
    weight.variable.assign(value);
    value.dispose();
  }
  const counter = [...state].find(([name]) => name.endsWith(".num_batches_tracked"))?.[1].data;
  if (counter instanceof BigInt64Array) model.batchesTracked = Number(counter[0]);
}
