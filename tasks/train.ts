/**
 * Trains one model on one fold, and shows how good it is beside two baselines.
 *
 *     deno task train [--data FOLDER] [--groups FILE] [--skip-bad] [--force] [--channels 1] [--runs rows|columns]
 *                     [--results FOLDER] [-p key=value …]
 */
import { join } from "node:path";
import { diceCurve, parseConfig, predictionMontage, scoreTable, trainWithProgress } from "lib";
import { checkBeforeTraining } from "./check_before_training.ts";
import { fail } from "./fail.ts";
import { openWithProgress } from "./open_with_progress.ts";
import { runOptions } from "./run_options.ts";

try {
  const { data, loading, results, given, force } = runOptions();
  const config = parseConfig(given);
  const dataset = await openWithProgress(data, loading);
  if (data) await checkBeforeTraining(dataset, data, force);
  const run = await trainWithProgress({ config, dataset, results, onWarning: console.warn });
  const montagePath = join(run.folder, "predictions.png");
  const curvePath = join(run.folder, "dice.svg");
  const otsu = run.record.scores["Otsu's threshold"].dice;
  await (await predictionMontage(run, dataset)).save(montagePath);
  await diceCurve({ history: run.record.history, references: { Otsu: otsu } }).save(curvePath);
  console.log(`\n${scoreTable(run.record)}\n`);
  console.log(`Worst and best predictions  ${montagePath}`);
  console.log(`Dice over epochs            ${curvePath}`);
  console.log(
    `All numbers                 ${join(run.folder, "run.json")}${run.reused ? " (was finished before)" : ""}`,
  );
} catch (error) {
  fail(error);
}
