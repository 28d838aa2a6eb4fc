import { join } from "node:path";
import { summaryCsv } from "lib/objects";
import type { Outcome } from "../outcome.ts";
import { writeJoint } from "./joint_files.ts";
import { joinSubmissions } from "./join_submissions.ts";
import { joinTables } from "./join_tables.ts";
import { jointFiles, type Product, submissionPart, tablePart } from "./outputs.ts";

/**
 * Writes the tables, the submission and the report of all images together. If no image is complete, the files of an
 * earlier command stay, and the outcome warns of it.
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
  const { complete } = outcome, written: string[] = [], names = jointFiles(products);
  if (complete.length === 0) {
    if (names.length) outcome.warnings.push(`No image is complete, so ${names.join(", ")} were not written`);
    return [];
  }
  const write = async (...[name, pieces]: [string, Parameters<typeof writeJoint>[2]]) => {
    await writeJoint(output, name, pieces);
    written.push(join(output, name));
  };
  if (products.has("table")) {
    await write("objects.csv", () => joinTables(complete.map(({ name }) => join(output, tablePart(name)))));
    await write("summary.csv", () => [summaryCsv(complete.flatMap(({ rows }) => rows))]);
  }
  if (products.has("submission")) {
    const parts = complete.map(({ name, id }) => ({ id, path: join(output, submissionPart(name)) }));
    await write("submission.csv", () => joinSubmissions(parts));
  }
  if (products.has("report")) {
    const { reportPage } = await import("../report/report_page.ts");
    await write("report.html", () => reportPage(output, outcome, about));
  }
  return written;
}
