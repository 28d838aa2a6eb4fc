/**
 * Reads thousands of damaged files of weights. None may end the process, take more time or memory than its size allows,
 * return numbers that do not match its checksums, or be refused without its name.
 *
 *     deno run -A tests/stress/weights_files.ts [--count 3000] [--seed 1]
 */
import { runAlone } from "./damage/run_alone.ts";
import { checkFiles, type FileCheckOptions, type FileCheckResult } from "./damage/check_files.ts";

/** @param options.count number of damaged files of each format */
export function run(options: FileCheckOptions): Promise<FileCheckResult> {
  return checkFiles("weights_files", "weights_suite", options);
}

if (import.meta.main) await runAlone(run);
