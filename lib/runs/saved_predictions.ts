import { join } from "node:path";
import { readKeptMaps } from "./kept_maps.ts";
import type { ProbabilityMap } from "./probability_maps.ts";
import { RunError, type RunRecord } from "./run_store.ts";

/**
 * Reads the probability maps that a run kept for one split.
 *
 * @param results folder of all runs
 * @param epoch epoch of the maps. Default: that of the run's final weights
 * @throws {RunError} if there are no maps, or they are not as the run wrote them.
 */
export async function savedPredictions(
  results: string,
  record: RunRecord,
  split: "validation" | "test" | "training",
  epoch = record.bestEpoch,
): Promise<ProbabilityMap[]> {
  const kept = record.maps.find((maps) => maps.split === split && maps.epoch === epoch);
  if (!kept) {
    throw new RunError(`${record.run} kept no ${split} maps of epoch ${epoch}: delete its folder to run it again`);
  }
  return (await readKeptMaps(join(results, record.run), kept)).maps;
}

/** Reads the maps of all images that a run did not train on: validation, then test. */
export async function heldOutPredictions(
  results: string,
  record: RunRecord,
  epoch?: number,
): Promise<ProbabilityMap[]> {
  const validation = await savedPredictions(results, record, "validation", epoch);
  return record.data.test.length
    ? [...validation, ...await savedPredictions(results, record, "test", epoch)]
    : validation;
}
