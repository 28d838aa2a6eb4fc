/**
 * Trains one model on one fold.
 *
 *     deno task train [--data FOLDER] [--groups FILE] [--results FOLDER] [-p key=value …]
 */
import { openDataset, parseConfig, scoreTable, trainWithProgress } from "lib";
import { fail } from "./fail.ts";
import { runOptions } from "./run_options.ts";

try {
  const { data, loading, results, given } = runOptions();
  const config = parseConfig(given);
  const dataset = await openDataset(data, loading);
  const run = await trainWithProgress({ config, dataset, results, onWarning: console.warn });
  console.log(`\n${scoreTable(run.record)}\n\n${run.folder}${run.reused ? " (was finished before)" : ""}`);
} catch (error) {
  fail(error);
}
