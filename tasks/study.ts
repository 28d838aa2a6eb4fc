/**
 * The main job: trains on the embedded data, or on a folder of images and masks, and shows how good
 * the result is beside two baselines.
 *
 *     deno task study [--data FOLDER] [--groups FILE] [--skip-bad] [--results FOLDER] [-p key=value …]
 */
import { join } from "node:path";
import {
  type Dataset,
  diceCurve,
  parseConfig,
  predictionMontage,
  runtimeInfo,
  scoreTable,
  splitDataset,
  trainWithProgress,
} from "lib";

import { fail } from "./fail.ts";
import { openWithProgress } from "./open_with_progress.ts";
import { runOptions } from "./run_options.ts";

/** Steps after which a UNet on nuclei has mostly learnt what it will: about 6 minutes on 2 cores. */
const STEPS = 300;

/** Epochs that make about as many steps. */
function epochsFor(steps: number, dataset: Dataset, given: Record<string, unknown>): number {
  const { folds, fold, batchSize } = parseConfig(given);
  const { training } = splitDataset(dataset, { folds }).folds[fold];
  return Math.max(1, Math.round(steps / Math.max(1, Math.floor(training.length / batchSize))));
}

try {
  const { data, loading, results, given } = runOptions();
  const dataset = await openWithProgress(data, loading);
  const defaults = data
    ? { encoder: "resnet34", epochs: epochsFor(STEPS, dataset, given) }
    : { encoder: "resnet18", epochs: 8 };
  const config = parseConfig({ ...defaults, ...given });

  const { tensorflow, device, threads, processor, warning } = runtimeInfo();
  const groups = new Set(dataset.samples.map(({ group }) => group)).size;
  console.log(
    `${dataset.name}: ${dataset.samples.length} images in ${groups} groups, fold ${config.fold + 1} of ${config.folds}`,
  );
  console.log(
    `TensorFlow ${tensorflow} on ${device === "GPU" ? "the GPU" : `${threads} threads of ${processor}`}${
      warning ? `\n${warning}` : ""
    }\n`,
  );

  const run = await trainWithProgress({ config, dataset, results, onWarning: console.warn });
  const montagePath = join(run.folder, "predictions.png");
  const curvePath = join(run.folder, "dice.svg");
  const otsu = run.record.scores["Otsu's threshold"].dice;
  await (await predictionMontage(run, dataset)).save(montagePath);
  await diceCurve({ history: run.record.history, references: { Otsu: otsu } }).save(curvePath);
  console.log(`\n${scoreTable(run.record)}\n`);
  console.log(`Worst and best predictions  ${montagePath}`);
  console.log(`Dice over epochs            ${curvePath}`);
  console.log(`All numbers                 ${join(run.folder, "run.json")}`);
} catch (error) {
  fail(error);
}
