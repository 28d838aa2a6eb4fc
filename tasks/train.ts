/**
 * Trains one model on one fold.
 *
 *     deno task train [--data FOLDER] [--groups FILE] [--skip-bad] [--results FOLDER] [-p key=value …]
 */
import { parseConfig, scoreTable, trainWithProgress } from "lib";
import { fail } from "./fail.ts";
import { openWithProgress } from "./open_with_progress.ts";
import { runOptions } from "./run_options.ts";

try {
  const { data, loading, results, given } = runOptions();
  const config = parseConfig(given);
  const dataset = await openWithProgress(data, loading);
  const run = await trainWithProgress({ config, dataset, results, onWarning: console.warn });
  console.log(`\n${scoreTable(run.record)}\n\n${run.folder}${run.reused ? " (was finished before)" : ""}`);
} catch (error) {
  fail(error);
}
