/**
 * Trains one model on one fold.
 *
 *     deno task train [--data FOLDER] [--groups FILE] [--results FOLDER] [-p key=value …]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDataset, parseConfig, projectFolder, scoreTable, trainWithProgress } from "lib";
import { fail } from "./fail.ts";
import { parseAssignments } from "./parse_assignments.ts";

try {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      data: { type: "string", default: "" },
      groups: { type: "string" },
      results: { type: "string", default: join(projectFolder(), "results") },
      parameter: { type: "string", short: "p", multiple: true, default: [] },
    },
  });
  const config = parseConfig(parseAssignments(values.parameter));
  const dataset = await openDataset(values.data, values.groups ? { groups: values.groups } : {});
  const run = await trainWithProgress({ config, dataset, results: values.results, onWarning: console.warn });
  console.log(`\n${scoreTable(run.record)}\n\n${run.folder}${run.reused ? " (was finished before)" : ""}`);
} catch (error) {
  fail(error);
}
