import { checkMasks, type Dataset, DatasetError } from "lib";
import { progressBar } from "lib/display";
import { findingLine } from "./finding_line.ts";
import { warn } from "./say.ts";

/** Number of warnings shown, and of images for each. */
const WARNINGS = 5, IMAGES = 3;

/**
 * Checks the masks before hours of training, and prints the findings.
 *
 * @param folder folder of the data, for messages
 * @param force whether to train despite errors
 * @throws {DatasetError} if masks have errors.
 */
export async function checkBeforeTraining(dataset: Dataset, folder: string, force: boolean): Promise<void> {
  const bar = progressBar("Checking");
  const { findings } = checkMasks(dataset, (done) => void bar.update(done));
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const found = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  await bar.finish(`${found(errors.length, "error")}, ${found(warnings.length, "warning")}`);
  const lines = [...errors, ...warnings.slice(0, WARNINGS)].map((finding) => findingLine(finding, IMAGES));
  for (const line of lines) warn(line);
  if (lines.length) warn(`All findings: deno task data check ${folder}\n`);
  if (errors.length === 0) return;
  if (!force) {
    throw new DatasetError("No training was started. Correct these masks, or add --force to train on them anyway");
  }
  warn("Training despite these errors, because of --force");
}
