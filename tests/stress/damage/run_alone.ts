import { parseArgs } from "node:util";
import type { FileCheckOptions, FileCheckResult } from "./check_files.ts";

/**
 * Runs a check with `--count` and `--seed` of the command line, prints the result, and exits with 1 if the check
 * failed.
 */
export async function runAlone(run: (options: FileCheckOptions) => Promise<FileCheckResult>): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "3000" }, seed: { type: "string", default: "1" } },
  });
  const start = Date.now();
  const result = await run({ count: Number(values.count), seed: Number(values.seed) });
  console.log(JSON.stringify({ ...result, seconds: Math.round((Date.now() - start) / 1000) }, null, 1));
  Deno.exit(result.passed ? 0 : 1);
}
