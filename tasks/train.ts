/** Trains one model on one fold, and compares it with two baselines: see `commands/train.ts`. */
import { join } from "node:path";
import { parseConfig, runtimeInfo, TASKS } from "lib";
import { diceCurve } from "lib/plots";
import { objectTable, predictionMontage, projectFolder, scoreTable, trainWithProgress } from "lib/runs";
import { withFileStatistics } from "lib/runs/file_statistics.ts";
import { shellWord } from "lib/io/shell_word.ts";
import { checkBeforeTraining } from "./check_before_training.ts";
import type { LineFor } from "./commands/command.ts";
import { loadingOptions } from "./commands/data_options.ts";
import { runTask, task } from "./commands/task.ts";
import { trainCommand } from "./commands/train.ts";
import { openWithProgress } from "./open_with_progress.ts";
import { say, warn } from "./say.ts";
import { trainingAdvice } from "./training_advice.ts";
import { trainingHasBegun } from "./training_has_begun.ts";

/** Runs a command line of `deno task train`. */
export async function train(line: LineFor<typeof trainCommand>): Promise<void> {
  const { data, results = join(projectFolder(), "results"), parameter, force, tensorboard } = line.options;
  const acceptWithoutDigest = line.options["accept-earlier"];
  const config = parseConfig(await withFileStatistics(parameter));
  // A task that needs names of classes gets demo data that has them.
  const kinds = TASKS[config.task].readOptions && config.classNames.length === 0 ? 2 : 1;
  const dataset = await openWithProgress(data, loadingOptions(line), kinds);
  if (data) {
    await checkBeforeTraining(dataset, data, force);
    const advice = trainingAdvice(runtimeInfo(), "precision" in parameter ? config.precision : undefined);
    if (advice.length && !await trainingHasBegun(config, dataset, results)) warn(advice.join("\n"));
  }
  if (tensorboard) say(`Live curves: tensorboard --logdir ${shellWord(results)}`);
  const run = await trainWithProgress({ config, dataset, results, acceptWithoutDigest, tensorboard, onWarning: warn });
  const montagePath = join(run.folder, "predictions.png");
  const curvePath = join(run.folder, "dice.svg");
  const otsu = run.record.scores.otsu?.dice;
  try {
    await (await predictionMontage(run, dataset)).save(montagePath);
    await diceCurve({ history: run.record.history, references: otsu === undefined ? {} : { Otsu: otsu } }).save(
      curvePath,
    );
  } catch (error) {
    // A finished run can be shown even from a read-only disk.
    if (!run.reused) throw error;
    warn(`The pictures of ${run.folder} were not updated, as they cannot be written (${(error as Error).message})`);
  }
  say(`\n${scoreTable(run.record)}\n`);
  const objects = objectTable(run.record);
  if (objects) say(`${objects}\n`);
  say(`Worst and best predictions  ${montagePath}`);
  say(`Dice over epochs            ${curvePath}`);
  say(`All numbers                 ${join(run.folder, "run.json")}${run.reused ? " (was finished before)" : ""}`);
  say(`The model                   ${join(run.folder, "model.safetensors")}`);
  say(`\nTo segment images with it: deno task predict ${run.folder} new-images`);
}

if (import.meta.main) await runTask(task(trainCommand, () => Promise.resolve(train)));
