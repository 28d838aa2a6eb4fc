import { basename, dirname } from "node:path";
import { type Segmenter, TrainedModel } from "lib";
import { findInstances, type LabeledObjects, type TileJoin } from "lib/objects";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { readRun } from "lib/runs/run_store.ts";

/** Finds the objects of an image in its probabilities. */
export interface ObjectFinder {
  /** The parameters, for messages and for the digest of the settings. */
  readonly parameters: Readonly<Record<string, number>>;
  /** How objects are found, for messages. */
  readonly about: string;
  /** When objects of two tiles of a large image are one. */
  readonly join: TileJoin;
  /** @param map what {@linkcode Segmenter.predict} returned */
  find(map: Float32Array, size: { width: number; height: number }): LabeledObjects;
}

/**
 * Returns the watershed's parameters that a training tuned: from the model's file, or for files of earlier versions from
 * the run in whose folder it lies.
 *
 * @throws {RunError} if the run's record is damaged.
 */
async function tunedParameters(
  segmenter: Segmenter,
  path: string,
  digest: DigestOptions,
): Promise<Readonly<Record<string, number>>> {
  const stored = segmenter instanceof TrainedModel ? segmenter.use.objectParameters : undefined;
  if (stored || basename(path) !== MODEL) return stored ?? {};
  const record = await readRun(dirname(path), digest);
  return record?.objects?.tuned.parameters ?? {};
}

/**
 * Chooses how objects are found: by the watershed, with the parameters that the training tuned, or by the task's decision.
 *
 * @param path the model's file, or the ensemble's folder
 * @param options `threshold` replaces the tuned one; `connected` leaves touching objects together
 * @throws {RunError} if the parameters lie in a damaged record.
 */
export async function objectFinder(
  segmenter: Segmenter,
  path: string,
  { threshold, connected, ...digest }: { threshold?: number; connected: boolean } & DigestOptions,
): Promise<ObjectFinder> {
  const { task, taskDefinition } = segmenter, { instances } = taskDefinition;
  const chosen = threshold === undefined ? {} : { threshold };
  const decided = threshold ?? segmenter.threshold;
  if (instances && !(connected && task === "foreground")) {
    const tuned = await tunedParameters(segmenter, path, digest),
      parameters = { threshold: segmenter.threshold, ...tuned, ...chosen };
    const words = Object.entries(parameters).map(([name, value]) => `${name} ${value}`).join(", ");
    const about = `touching objects are divided (${words})`;
    return { parameters, about, join: "overlap", find: (map, size) => findInstances(instances, map, size, parameters) };
  }
  const about = task === "foreground"
    ? `connected pixels with a probability above ${decided} are an object`
    : "connected pixels of a class are an object";
  return {
    parameters: { threshold: decided },
    about,
    join: "touch",
    find: (map, size) => taskDefinition.decide(map, size, decided),
  };
}
