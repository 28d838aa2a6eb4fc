/** Downloads and checks data sets: see `commands/data.ts`. */
import { join } from "node:path";
// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import type { Dataset } from "lib";
import {
  BBBC038,
  describeGroups,
  fetchBbbc038,
  findGroups,
  integrityReport,
  loadFolder,
  mergeDuplicates,
  type NearDuplicate,
} from "lib/datasets";
import { progressBar, table } from "lib/display";
import { projectFolder } from "lib/runs";
import { withTileGroups } from "lib/datasets/group_notes.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { spreadsheetCell } from "lib/io/spreadsheet_cell.ts";
import { folderName } from "lib/runs/folder_name.ts";
import { integrityMarkdown } from "lib/study/report/integrity_markdown.ts";
import { ConfigError } from "lib/train/config_error.ts";
import type { LineFor } from "./commands/command.ts";
import { checkDataCommand, dataCommands, fetchDataCommand } from "./commands/data.ts";
import { runTask, task, taskGroup } from "./commands/task.ts";
import { findingLine } from "./finding_line.ts";
import { say } from "./say.ts";

/** Runs a command line of `deno task data bbbc038`. */
export async function fetchData({ options, arguments: [given] }: LineFor<typeof fetchDataCommand>): Promise<void> {
  const folder = given ?? join(projectFolder(), "data/bbbc038"), { url = BBBC038.url } = options;
  const bar = progressBar("BBBC038");
  const fetched = await fetchBbbc038(folder, {
    url,
    onProgress: (what, done, note) =>
      void bar.update(what === "fetching" ? 0.7 * done : 0.7 + 0.3 * done, `${what} ${note}`.trim()),
  });
  await bar.finish(fetched ? `${BBBC038.images} images, all checksums correct` : "already downloaded");
  const path = join(folder, "stage1_train");
  say(
    `\n${path}\n\nCheck it:     deno task data check ${path}\nTrain on it:  deno task study --data ${path}`,
  );
}

/**
 * Writes the group of each image. Near-duplicates are kept together, and tiles by their names if no other groups are
 * known.
 */
async function writeGroups(path: string, dataset: Dataset, duplicates: readonly NearDuplicate[]): Promise<void> {
  const delimiter = path.toLowerCase().endsWith(".csv") ? "," : "\t";
  // Ids and groups come from file names, and the table may be opened in a spreadsheet.
  const rows = [...mergeDuplicates(withTileGroups(dataset), duplicates)].map((row) => row.map(spreadsheetCell));
  const written = dsvFormat(delimiter).formatRows([["id", "group"], ...rows]) + "\n";
  const before = await Deno.readTextFile(path).catch(() => undefined);
  // The existing groups may have been entered by hand.
  if (before !== undefined && before !== written) {
    throw new ConfigError(
      `${path} exists and contains other groups: give --write-groups another name, or move the file away`,
    );
  }
  await replaceText(path, written);
  say(`${path}  groups that keep near-duplicates and tiles of one field together. Use it with --groups`);
}

/** Runs a command line of `deno task data check`. */
export async function checkData({ options, arguments: [folder] }: LineFor<typeof checkDataCommand>): Promise<void> {
  const { channels, runs, output } = options;
  const bar = progressBar("Checking");
  const dataset = await loadFolder(folder, {
    groups: options.groups ?? await findGroups(folder),
    skipBad: true,
    ...(channels && { channels }),
    ...(runs && { runs }),
    allowOutside: options["allow-outside"],
    onProgress: (done) => void bar.update(0.5 * done, "reading"),
  });
  const report = integrityReport(dataset, (done) => void bar.update(0.5 + 0.5 * done, "comparing"));
  await bar.finish(`${report.images.length} images`);
  for (const message of dataset.notes ?? []) report.findings.push({ severity: "note", message, ids: [] });
  const errors = report.findings.filter(({ severity }) => severity === "error").length;
  const mean = (measure: (image: typeof report.images[number]) => number) =>
    report.images.reduce((sum, image) => sum + measure(image), 0) / report.images.length;
  const modalities = Object.entries(report.modalities).map(([name, count]) => `${count} ${name}`).join(", ");
  say(`\n${report.name}: ${describeGroups(dataset)}, ${modalities}, layout "${report.layout}"\n`);
  say(
    table(["mean foreground", "objects", "mean intensity", "Otsu's Dice"], [[
      mean(({ foreground }) => foreground),
      report.images.reduce((sum, { objects }) => sum + objects, 0),
      mean(({ intensity }) => intensity),
      mean(({ otsuDice }) => otsuDice),
    ]]),
  );
  say(report.findings.length ? "" : "\nNo problems found.");
  for (const finding of report.findings) say(findingLine(finding));
  const out = output ?? join(projectFolder(), "results", `data-${folderName(report.name)}`);
  await replaceText(join(out, "report.json"), JSON.stringify(report, null, 1) + "\n");
  await replaceText(join(out, "report.md"), integrityMarkdown(report));
  say(`\n${join(out, "report.md")}\n${join(out, "report.json")}`);
  if (options["write-groups"]) await writeGroups(options["write-groups"], dataset, report.duplicates);
  if (errors > 0) Deno.exit(1);
}

if (import.meta.main) {
  await runTask(taskGroup(dataCommands, [
    task(checkDataCommand, () => Promise.resolve(checkData)),
    task(fetchDataCommand, () => Promise.resolve(fetchData)),
  ]));
}
