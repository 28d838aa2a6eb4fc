import { join } from "node:path";
import { describeDamage } from "../io/explain_issue.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { type NamedArray, SafetensorsError, type TensorFile } from "../nn/weights/safetensors.ts";
import { readSafetensors, writeSafetensors } from "../nn/weights/safetensors_file.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadStateDict, stateDict } from "../nn/weights/state_dict.ts";
import { fromPyTorchLayout, toPyTorchLayout } from "../nn/weights/weight_scope.ts";
import type { Optimizer } from "./optimizers.ts";
import { TrainingState } from "./training_state.ts";
import { CheckpointError } from "./checkpoint_error.ts";

const LATEST = "checkpoint.safetensors";
const PREVIOUS = "checkpoint.previous.safetensors";
/** Names of the checkpoints in a run's folder, latest first. */
export const CHECKPOINTS = [LATEST, PREVIOUS] as const;
const OPTIMIZER = "optimizer.";

/** Returns a variable's shape in PyTorch's layout. */
function storedShape({ rank, shape }: { rank: number; shape: readonly number[] }): number[] {
  return rank === 4 ? [3, 2, 0, 1].map((axis) => shape[axis]) : [...shape];
}

/**
 * Writes the state of a training (weights, optimiser, progress) into a run's folder. It keeps the previous checkpoint,
 * in case this one gets damaged.
 */
export async function saveCheckpoint(
  folder: string,
  model: SegmentationModel,
  optimizer: Optimizer,
  state: TrainingState,
): Promise<void> {
  const arrays = stateDict(model);
  for (const slot of optimizer.state()) {
    arrays.set(OPTIMIZER + slot.name, { dtype: "F32", shape: storedShape(slot), data: toPyTorchLayout(slot) });
  }
  const latest = join(folder, LATEST);
  try {
    await Deno.rename(latest, join(folder, PREVIOUS));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await writeSafetensors(latest, arrays, { state: JSON.stringify(state) });
}

/** A sound checkpoint. */
export interface Checkpoint extends Disposable {
  path: string;
  state: TrainingState;
  /** The model's weights, with PyTorch's names and layout. */
  weights: ReadonlyMap<string, NamedArray>;
  /** Restores the model and the optimiser: completely, or not at all if it throws. */
  restore(model: SegmentationModel, optimizer: Optimizer): void;
}

/**
 * Reads a checkpoint.
 *
 * @param hash hash of the configuration and the data of the training to continue
 * @returns `undefined` if there is none
 * @throws {SafetensorsError} if the file is damaged, or has no digest.
 * @throws {CheckpointError} if it belongs to another configuration or other data.
 */
export async function readCheckpoint(
  path: string,
  hash: string,
  options: DigestOptions = {},
): Promise<Checkpoint | undefined> {
  try {
    await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
  }
  const file = await readSafetensors(path, options);
  const state = readState(path, file);
  if (state.configHash !== hash) {
    throw new CheckpointError(
      `${path} belongs to another configuration or other data: choose another run folder, or delete this one`,
    );
  }
  const weights = new Map([...file.arrays].filter(([name]) => !name.startsWith(OPTIMIZER)));
  return {
    path,
    state,
    weights,
    restore: (model, optimizer) => restore(model, optimizer, weights, file.arrays, path),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function readState(path: string, { metadata }: TensorFile): TrainingState {
  let given: unknown;
  try {
    given = JSON.parse(metadata.state ?? "null");
  } catch {
    throw new SafetensorsError(`${path} is damaged: its state is not JSON`);
  }
  const result = TrainingState.safeParse(given);
  if (result.success) return result.data;
  throw new SafetensorsError(
    `${path} is damaged: its state: ${describeDamage(result.error.issues[0], given, "the record")}`,
  );
}

function restore(
  model: SegmentationModel,
  optimizer: Optimizer,
  weights: ReadonlyMap<string, NamedArray>,
  arrays: ReadonlyMap<string, NamedArray>,
  path: string,
): void {
  const slots = optimizer.state().map((slot) => ({ slot, array: arrays.get(OPTIMIZER + slot.name) }));
  for (const { slot, array } of slots) {
    if (!(array?.data instanceof Float32Array) || array.shape.join() !== storedShape(slot).join()) {
      throw new SafetensorsError(`${path} is damaged: it lacks the optimiser's ${slot.name}`);
    }
  }
  try {
    loadStateDict(model, weights);
  } catch (error) {
    throw new SafetensorsError(`${path} is damaged: ${(error as Error).message}`);
  }
  for (const { slot, array } of slots) {
    const value = fromPyTorchLayout(array!.data as Float32Array, array!.shape);
    slot.assign(value);
    value.dispose();
  }
}
