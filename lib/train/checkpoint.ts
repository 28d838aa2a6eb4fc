import { join } from "node:path";
import { readSafetensors, SafetensorsError, writeSafetensors } from "../nn/safetensors.ts";
import type { NamedArray } from "../nn/safetensors.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadStateDict, stateDict } from "../nn/state_dict.ts";
import { fromPyTorchLayout, toPyTorchLayout } from "../nn/weights.ts";
import type { Optimizer } from "./optimizers.ts";
import type { TrainingState } from "./training_state.ts";

const LATEST = "checkpoint.safetensors";
const PREVIOUS = "checkpoint.previous.safetensors";
const OPTIMIZER = "optimizer.";

/**
 * Writes where training stands (weights, optimiser, progress) into a run's folder. The checkpoint
 * before is kept, in case this one is damaged.
 */
export async function saveCheckpoint(
  folder: string,
  model: SegmentationModel,
  optimizer: Optimizer,
  state: TrainingState,
): Promise<void> {
  const arrays = stateDict(model);
  for (const slot of optimizer.state()) {
    const shape = slot.rank === 4 ? [3, 2, 0, 1].map((axis) => slot.shape[axis]) : [...slot.shape];
    arrays.set(OPTIMIZER + slot.name, { dtype: "F32", shape, data: toPyTorchLayout(slot) });
  }
  const latest = join(folder, LATEST);
  try {
    await Deno.rename(latest, join(folder, PREVIOUS));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await writeSafetensors(latest, arrays, { state: JSON.stringify(state) });
}

/** What {@linkcode loadCheckpoint} found. */
export interface LoadedCheckpoint {
  state: TrainingState;
  /** Why an older checkpoint was taken; empty if the latest was sound. */
  warning: string;
}

/**
 * Continues from a run's last sound checkpoint; the one before it steps in for a damaged one.
 *
 * @param hash of the configuration that training is to continue with
 * @returns `undefined` if the folder holds no checkpoint
 * @throws {SafetensorsError} if there are checkpoints but none is sound.
 * @throws {RangeError} if they belong to another configuration.
 */
export async function loadCheckpoint(
  folder: string,
  model: SegmentationModel,
  optimizer: Optimizer,
  hash: string,
): Promise<LoadedCheckpoint | undefined> {
  const problems: string[] = [];
  for (const name of [LATEST, PREVIOUS]) {
    const path = join(folder, name);
    try {
      await Deno.stat(path);
    } catch {
      continue;
    }
    try {
      using file = await readSafetensors(path);
      const { arrays, metadata } = file;
      const state: TrainingState = JSON.parse(metadata.state ?? "null");
      if (state?.configHash !== hash) {
        throw new RangeError(
          `${path} belongs to another configuration or other data: choose another run folder, or delete this one`,
        );
      }
      restore(model, optimizer, arrays);
      return { state, warning: problems.length ? `${problems.join("; ")}: continuing from ${name}` : "" };
    } catch (error) {
      if (!(error instanceof SafetensorsError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length) {
    throw new SafetensorsError(`${problems.join("; ")}: delete ${folder} to start this run again`);
  }
}

function restore(model: SegmentationModel, optimizer: Optimizer, arrays: ReadonlyMap<string, NamedArray>): void {
  const weights = new Map([...arrays].filter(([name]) => !name.startsWith(OPTIMIZER)));
  loadStateDict(model, weights);
  for (const slot of optimizer.state()) {
    const array = arrays.get(OPTIMIZER + slot.name);
    if (!array) throw new SafetensorsError(`a checkpoint without ${slot.name}`);
    const value = fromPyTorchLayout(array.data as Float32Array, array.shape);
    slot.assign(value);
    value.dispose();
  }
}
