/**
 * Reads thousands of damaged images. None may end the process, take more time or memory than its size allows, or be
 * refused without its name.
 *
 *     deno run -A tests/stress/damaged_images.ts [--count 3000] [--seed 1]
 */
import { runAlone } from "./damage/run_alone.ts";
import { checkFiles, type FileCheckOptions, type FileCheckResult } from "./damage/check_files.ts";

/** @param options.count number of damaged files of each format */
export function run(options: FileCheckOptions): Promise<FileCheckResult> {
  return checkFiles("damaged_images", "images_suite", options);
}

if (import.meta.main) await runAlone(run);
