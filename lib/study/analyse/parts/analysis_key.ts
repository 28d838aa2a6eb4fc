import { createHash } from "node:crypto";
import { codeDigest } from "../../../runs/code_digest.ts";
import type { Job } from "../../../runs/grid/job.ts";
import { RunRecord } from "../../../runs/run_store.ts";

/** Returns a run's record as it is read from its file, with the fields in the order of the schema. */
const stored = (record: RunRecord) => RunRecord.parse(JSON.parse(JSON.stringify(record)));

/**
 * Returns a SHA-256 of what an analysis depends on: the code, and the records of its runs, with the digests of their maps.
 * It changes when a run is trained again.
 */
export async function analysisKey(jobs: readonly Job[]): Promise<string> {
  const hash = createHash("sha256").update(await codeDigest());
  for (const { block, record } of jobs) hash.update(JSON.stringify([block, record && stored(record)]));
  return hash.digest("hex");
}
