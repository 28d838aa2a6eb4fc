/**
 * Fetches and checks data sets.
 *
 *     deno task data bbbc038 [FOLDER] [--url ADDRESS]
 *     deno task data check FOLDER [--groups FILE] [--write-groups FILE] [--channels 1] [--runs rows|columns]
 *                                 [--out FOLDER]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import {
  BBBC038,
  ConfigError,
  type Dataset,
  describeGroups,
  fetchBbbc038,
  findGroups,
  integrityReport,
  loadFolder,
  mergeDuplicates,
  type NearDuplicate,
  progressBar,
  projectFolder,
  table,
} from "lib";
import { withTileGroups } from "lib/data/group_notes.ts";
import { replaceText } from "lib/data/replace_file.ts";
import { integrityMarkdown } from "lib/report/integrity_markdown.ts";
import { fail } from "./fail.ts";
import { findingLine } from "./finding_line.ts";
import { READING, readingOptions } from "./run_options.ts";

const USAGE = "Say what to do: deno task data bbbc038 [FOLDER], or deno task data check FOLDER";

async function fetchData(folder: string, url: string): Promise<void> {
  const bar = progressBar("BBBC038");
  const fetched = await fetchBbbc038(folder, {
    url,
    onProgress: (what, done, note) =>
      void bar.update(what === "fetching" ? 0.7 * done : 0.7 + 0.3 * done, `${what} ${note}`.trim()),
  });
  await bar.finish(fetched ? `${BBBC038.images} images, every file's checksum right` : "there already");
  const path = join(folder, "stage1_train");
  console.log(
    `\n${path}\n\nLook through it:  deno task data check ${path}\nTrain on it:      deno task study --data ${path}`,
  );
}

interface CheckOptions {
  groups?: string;
  "write-groups"?: string;
  out?: string;
  channels?: string;
  runs?: string;
  "allow-outside"?: boolean;
}

/** Writes each image's group: tiles by their names where nothing else says them, near-duplicates together. */
async function writeGroups(path: string, dataset: Dataset, duplicates: readonly NearDuplicate[]): Promise<void> {
  const delimiter = path.toLowerCase().endsWith(".csv") ? "," : "\t";
  const rows = [...mergeDuplicates(withTileGroups(dataset), duplicates)];
  await replaceText(path, dsvFormat(delimiter).formatRows([["id", "group"], ...rows]) + "\n");
  console.log(`${path}  groups that keep near-duplicates and tiles of one field together: give it as --groups`);
}

async function check(folder: string, options: CheckOptions) {
  const bar = progressBar("Checking");
  const dataset = await loadFolder(folder, {
    groups: options.groups ?? await findGroups(folder),
    skipBad: true,
    ...readingOptions(options),
    onProgress: (done) => void bar.update(0.5 * done, "reading"),
  });
  const report = integrityReport(dataset, (done) => void bar.update(0.5 + 0.5 * done, "comparing"));
  await bar.finish(`${report.images.length} images`);
  for (const message of dataset.notes ?? []) report.findings.push({ severity: "note", message, ids: [] });
  const errors = report.findings.filter(({ severity }) => severity === "error").length;
  const mean = (of: (image: typeof report.images[number]) => number) =>
    report.images.reduce((sum, image) => sum + of(image), 0) / report.images.length;
  const modalities = Object.entries(report.modalities).map(([name, count]) => `${count} ${name}`).join(", ");
  console.log(`\n${report.name}: ${describeGroups(dataset)}, ${modalities}, layout "${report.layout}"\n`);
  console.log(
    String(table(["mean foreground", "objects", "mean intensity", "Otsu's Dice"], [[
      mean(({ foreground }) => foreground),
      report.images.reduce((sum, { objects }) => sum + objects, 0),
      mean(({ intensity }) => intensity),
      mean(({ otsuDice }) => otsuDice),
    ]])),
  );
  console.log(report.findings.length ? "" : "\nNo problems found.");
  for (const finding of report.findings) console.log(findingLine(finding));
  const out = options.out ?? join(projectFolder(), "results", `data-${report.name}`);
  await replaceText(join(out, "report.json"), JSON.stringify(report, null, 1) + "\n");
  await replaceText(join(out, "report.md"), integrityMarkdown(report));
  console.log(`\n${join(out, "report.md")}\n${join(out, "report.json")}`);
  if (options["write-groups"]) await writeGroups(options["write-groups"], dataset, report.duplicates);
  if (errors > 0) Deno.exit(1);
}

try {
  const { values, positionals: [command, folder] } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      url: { type: "string", default: BBBC038.url },
      groups: { type: "string" },
      "write-groups": { type: "string" },
      out: { type: "string" },
      ...READING,
    },
  });
  if (command === "bbbc038") await fetchData(folder ?? join(projectFolder(), "data/bbbc038"), values.url);
  else if (command === "check" && folder) await check(folder, values);
  else throw new ConfigError(USAGE);
} catch (error) {
  fail(error);
}
