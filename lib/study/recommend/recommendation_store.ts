import { join } from "node:path";
import type { DigestOptions } from "../../io/file_digest.ts";
import { readRecord, writeRecord } from "../../runs/record_file.ts";
import { Recommendation } from "./recommendation.ts";

/** The file of the recommendation in a study's folder. */
export const RECOMMENDATION = "recommendation.json";

/** Writes a study's recommendation into its folder. */
export async function writeRecommendation(folder: string, recommendation: Recommendation): Promise<void> {
  await writeRecord(join(folder, RECOMMENDATION), recommendation, { indent: 1 });
}

/**
 * Reads the recommendation in a study's folder.
 *
 * @returns `undefined` if the study has none, like those of earlier versions
 * @throws {RunError} if the file is damaged.
 */
export async function readRecommendation(
  folder: string,
  options: DigestOptions = {},
): Promise<Recommendation | undefined> {
  return await readRecord(join(folder, RECOMMENDATION), Recommendation, {
    ...options,
    advice: "run the study again, which writes it again",
  });
}
