import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import { type NamedArray, SafetensorsError, type TensorFile } from "../nn/weights/safetensors.ts";
import { readSafetensors, writeSafetensors } from "../nn/weights/safetensors_file.ts";

/** The file with the weights of the chosen epoch, in a run's folder. */
export const BEST_WEIGHTS = "best.safetensors";

/** The identity of a run's best weights. */
export interface BestEpoch {
  /** Hash of configuration and data: see `configHash`. */
  hash: string;
  /** Counts from 1. */
  epoch: number;
}

/** Writes a run's best weights, with their epoch. */
export async function writeBestWeights(
  folder: string,
  weights: ReadonlyMap<string, NamedArray>,
  { hash, epoch }: BestEpoch,
): Promise<void> {
  await writeSafetensors(join(folder, BEST_WEIGHTS), weights, { configHash: hash, epoch: String(epoch) });
}

/**
 * Reads a run's best weights.
 *
 * @param best the expected identity; with `orLater` a later epoch is accepted too, as the same machine reproduces it
 * @throws {SafetensorsError} if they are missing, damaged, or other weights.
 */
export async function readBestWeights(
  folder: string,
  best: BestEpoch & { orLater?: boolean },
  options: DigestOptions = {},
): Promise<TensorFile> {
  const path = join(folder, BEST_WEIGHTS);
  const file = await readSafetensors(path, options);
  const { configHash = best.hash, epoch: text = String(best.epoch) } = file.metadata;
  const epoch = Number(text);
  if (configHash !== best.hash) {
    throw new SafetensorsError(`${path} holds weights of another configuration or of other data`);
  }
  if (epoch !== best.epoch && !(best.orLater && epoch > best.epoch)) {
    throw new SafetensorsError(`${path} holds the weights of epoch ${text}, not of epoch ${best.epoch}`);
  }
  return file;
}
