import { join } from "node:path";
import { summaryCsv } from "lib/objects";
import type { CompleteImage, Outcome } from "../outcome.ts";
import { writeJoint } from "./joint_files.ts";
import { joinSubmissions } from "./join_submissions.ts";
import { joinTables } from "./join_tables.ts";
import { jointFiles, type Product, submissionPart, tablePart } from "./outputs.ts";

/**
 * Writes the tables, the submission and the report of all images together. If no image has what a file needs, that of an
 * earlier command stays, and the outcome warns of it.
 *
 * @param output the output folder
 * @param about a sentence about the model and its settings, for the report
 * @returns the paths of the files
 */
export async function writeJointFiles(
  output: string,
  products: ReadonlySet<Product>,
  outcome: Outcome,
  about: string,
): Promise<string[]> {
  const written: string[] = [], empty: Product[] = [];
  const write = async (...[name, pieces]: [string, Parameters<typeof writeJoint>[2]]) => {
    await writeJoint(output, name, pieces);
    written.push(join(output, name));
  };
  const writers: Partial<Record<Product, (complete: CompleteImage[]) => Promise<void>>> = {
    async table(complete) {
      await write("objects.csv", () => joinTables(complete.map(({ name }) => join(output, tablePart(name)))));
      await write("summary.csv", () => [summaryCsv(complete.flatMap(({ rows }) => rows))]);
    },
    async submission(complete) {
      const parts = complete.map(({ name, id }) => ({ id, path: join(output, submissionPart(name)) }));
      await write("submission.csv", () => joinSubmissions(parts));
    },
    async report(complete) {
      const { reportPage } = await import("../report/report_page.ts");
      await write("report.html", () => reportPage(output, { complete, failures: outcome.failures }, about));
    },
  };
  for (const product of ["table", "submission", "report"] as const) {
    if (!products.has(product)) continue;
    const complete = outcome.complete.filter(({ missing }) => !missing.has(product));
    if (complete.length > 0) await writers[product]!(complete);
    else empty.push(product);
  }
  if (empty.length) {
    outcome.warnings.push(`No image is complete, so ${jointFiles(empty).join(", ")} were not written`);
  }
  return written;
}
