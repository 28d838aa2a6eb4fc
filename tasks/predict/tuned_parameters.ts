import { basename, dirname } from "node:path";
import type { Segmenter } from "lib";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { readRun } from "lib/runs/run_store.ts";

/**
 * Returns the watershed's parameters that a training tuned: from the model's file, or for files of earlier versions from
 * the run in whose folder it lies. Undefined if there are none.
 *
 * @param path the model's file, or the ensemble's folder
 * @throws {RunError} if the run's record is damaged.
 */
export async function tunedParameters(
  segmenter: Segmenter,
  path: string,
  digest: DigestOptions,
): Promise<Segmenter["objectParameters"]> {
  const stored = segmenter.objectParameters;
  if (stored || basename(path) !== MODEL) return stored;
  const record = await readRun(dirname(path), digest);
  return record?.objects?.tuned.parameters;
}
