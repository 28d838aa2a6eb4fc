import { join } from "node:path";
import { summaryCsv } from "lib/objects";
import { reportPage } from "../report/report_page.ts";
import type { Outcome } from "../outcome.ts";
import { writeJoint } from "./joint_files.ts";
import { joinSubmissions } from "./join_submissions.ts";
import { joinTables } from "./join_tables.ts";
import { type Product, submissionPart, tablePart } from "./outputs.ts";

/**
 * Writes the tables, the submission and the report of all images together.
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
  const { complete } = outcome, written: string[] = [];
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
  if (products.has("report")) await write("report.html", () => reportPage(output, outcome, about));
  return written;
}
