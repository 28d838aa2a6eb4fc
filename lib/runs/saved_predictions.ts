import { join } from "node:path";
import { type ProbabilityMap, readMaps } from "./probability_maps.ts";
import { RunError, type RunRecord } from "./run_store.ts";

/**
 * The probability maps that a run kept of one split.
 *
 * @param results folder of all runs
 * @param epoch default: the one whose weights the run ended with
 * @throws {RunError} if it kept none, or they are not what it wrote.
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
  return (await readMaps(join(results, record.run, kept.file), kept.sha256)).maps;
}

/** The maps of all images that a run never trained on: validation, then test. */
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
