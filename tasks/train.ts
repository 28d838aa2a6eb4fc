/** Trains one model on one fold, and shows how good it is compared with two baselines: see `commands/train.ts`. */
import { join } from "node:path";
import { diceCurve, parseConfig, predictionMontage, projectFolder, scoreTable, trainWithProgress } from "lib";
import { checkBeforeTraining } from "./check_before_training.ts";
import type { LineFor } from "./commands/command.ts";
import { loadingOptions } from "./commands/data_options.ts";
import { runTask, task } from "./commands/task.ts";
import { trainCommand } from "./commands/train.ts";
import { openWithProgress } from "./open_with_progress.ts";
import { say, warn } from "./say.ts";

/** Does what a command line of `deno task train` says. */
export async function train(line: LineFor<typeof trainCommand>): Promise<void> {
  const { data, results = join(projectFolder(), "results"), parameter, force } = line.options;
  const config = parseConfig(parameter);
  const dataset = await openWithProgress(data ?? "", loadingOptions(line));
  if (data) await checkBeforeTraining(dataset, data, force);
  const run = await trainWithProgress({ config, dataset, results, onWarning: warn });
  const montagePath = join(run.folder, "predictions.png");
  const curvePath = join(run.folder, "dice.svg");
  const otsu = run.record.scores["Otsu's threshold"].dice;
  await (await predictionMontage(run, dataset)).save(montagePath);
  await diceCurve({ history: run.record.history, references: { Otsu: otsu } }).save(curvePath);
  say(`\n${scoreTable(run.record)}\n`);
  say(`Worst and best predictions  ${montagePath}`);
  say(`Dice over epochs            ${curvePath}`);
  say(`All numbers                 ${join(run.folder, "run.json")}${run.reused ? " (was finished before)" : ""}`);
}

if (import.meta.main) await runTask(task(trainCommand, () => Promise.resolve(train)));
