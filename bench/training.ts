/**
 * Trains a UNet here and in PyTorch + segmentation_models.pytorch, with the same weights, batches and
 * schedule, over several seeds, and compares the Dice on whole validation images; with `-p task=classes`, the mean over
 * the classes. `two-kinds` are generated images with three classes.
 *
 *     deno run -A bench/training.ts DATA_FOLDER|two-kinds [--seeds 3] [-p key=value …]
 *
 * About 16 minutes per seed on 2 cores. Writes results/bench/training-<data>.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseConfig } from "lib";
import { table } from "lib/display";
import { projectFolder, trainWithProgress } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { FIRST_DEFAULTS } from "lib/train/config.ts";
import { parseAssignments } from "../tasks/parse_assignments.ts";
import { runCommand } from "../tasks/setup/command.ts";
import { pytorchPython } from "./pytorch.ts";
import { trainingData } from "./training_data.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "3" },
    parameter: { type: "string", short: "p", multiple: true, default: [] },
  },
});
const python = await pytorchPython();
const dataset = await trainingData(positionals[0]);
const rows: { seed: number; here: number[]; smp: number[]; otsu?: number }[] = [];
const folder = await Deno.makeTempDir();
try {
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const assignments = [...values.parameter, `seed=${seed}`];
    const exported = join(folder, String(seed));
    const config = parseConfig({ ...FIRST_DEFAULTS, ...parseAssignments(assignments) });
    const run = await trainWithProgress({ config, dataset, results: join(folder, "results") });
    await runCommand(Deno.execPath(), [
      "run",
      "-A",
      join(projectFolder(), "bench/export_training.ts"),
      positionals[0],
      exported,
      ...assignments,
    ]);
    await runCommand(python, [join(projectFolder(), "bench/train_smp.py"), exported], { seconds: 4 * 3600 });
    const smp = JSON.parse(await Deno.readTextFile(join(exported, "smp.json")));
    await Deno.remove(exported, { recursive: true });
    const { history, scores } = run.record;
    rows.push({
      seed,
      here: history.map(({ validation }) => validation!.dice),
      smp: smp.dice,
      otsu: scores.otsu?.dice,
    });
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const last = (side: "here" | "smp") => rows.map((row) => row[side].at(-1)!);
const result = {
  date: new Date().toISOString().slice(0, 10),
  data: dataset.name,
  provenance: provenance(),
  options: parseAssignments(values.parameter),
  what: "Dice (mean per image, whole validation images) after each epoch: here and in PyTorch + SMP",
  meanHere: mean(last("here")),
  meanSmp: mean(last("smp")),
  rows,
};
const path = join(projectFolder(), "results/bench", `training-${dataset.name}.json`);
await replaceText(path, JSON.stringify(result, null, 1) + "\n");
console.log(
  `\n${
    table(
      ["seed", "Dice here", "Dice SMP", "Otsu"],
      rows.map((row) => [row.seed, row.here.at(-1)!, row.smp.at(-1)!, row.otsu ?? "none"]),
      { digits: 4 },
    )
  }`,
);
console.log(path);
