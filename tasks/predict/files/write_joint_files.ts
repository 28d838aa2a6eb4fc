import { join } from "node:path";
import { registryNames } from "lib/io/registry_names.ts";
import { summaryCsv } from "lib/objects/table/summary_csv.ts";
import type { CompleteImage, Outcome } from "../outcome.ts";
import { earlierJoint, type Pieces, writeJoint } from "./joint_files.ts";
import { joinSubmissions } from "./join_submissions.ts";
import { joinTables } from "./join_tables.ts";
import { jointFiles, type Product, submissionPart, tablePart } from "./outputs.ts";

/** What an image has for each file about all images. */
const PARTS = { table: "table", submission: "rows of the submission", report: "part of the report" } as const;

/** Warns of files about all images that the command does not write, if it has changed what they are about. */
async function warnOfEarlier(output: string, others: readonly Product[], outcome: Outcome): Promise<void> {
  if (outcome.replaced + outcome.removed === 0) return;
  const { files, words } = await earlierJoint(output, others);
  if (files.length === 0) return;
  const [are, them] = files.length > 1 ? ["are", "them"] : ["is", "it"];
  outcome.warnings.push(
    `${
      files.map((file) => join(output, file)).join(", ")
    } ${are} of an earlier command, and results have changed since: ` +
      `run the command again with ${words.join(" and ")} to write ${them} anew`,
  );
}

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
  const written: string[] = [], wanted = registryNames(PARTS).filter((each) => products.has(each));
  await warnOfEarlier(output, registryNames(PARTS).filter((each) => !products.has(each)), outcome);
  if (outcome.complete.length === 0) {
    const files = jointFiles(wanted);
    if (files.length) {
      outcome.warnings.push(
        `No image is complete, so ${files.join(", ")} ${files.length > 1 ? "were" : "was"} not written`,
      );
    }
    return written;
  }
  const write = async (name: string, pieces: Pieces) => {
    await writeJoint(output, name, pieces);
    written.push(join(output, name));
  };
  const writers: Record<keyof typeof PARTS, [file: string, (complete: CompleteImage[]) => Promise<Pieces>]> = {
    table: ["objects.csv", (complete) => {
      return Promise.resolve(() => joinTables(complete.map(({ name }) => join(output, tablePart(name)))));
    }],
    submission: ["submission.csv", (complete) => {
      const parts = complete.map(({ name, id }) => ({ id, path: join(output, submissionPart(name)) }));
      return Promise.resolve(() => joinSubmissions(parts));
    }],
    report: ["report.html", async (complete) => {
      const { reportPage } = await import("../report/report_page.ts");
      return () => reportPage(output, { ...outcome, complete }, about);
    }],
  };
  for (const product of wanted) {
    const complete = outcome.complete.filter(({ missing }) => !missing.has(product)), [file, pieces] = writers[product];
    if (complete.length > 0) await write(file, await pieces(complete));
    else outcome.warnings.push(`No image has its ${PARTS[product]}, so ${file} was not written`);
    // The summary needs no file of an image.
    if (product === "table") {
      await write("summary.csv", () => [summaryCsv(outcome.complete.flatMap(({ rows }) => rows))]);
    }
  }
  return written;
}
