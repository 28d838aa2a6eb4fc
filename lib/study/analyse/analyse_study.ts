import type { EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { type Dataset, type Sample, sampleModality } from "../../datasets/dataset.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { BASELINES } from "../../evaluate/baselines.ts";
import { foregroundShare } from "../../images/foreground.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import type { Job } from "../../runs/grid/job.ts";
import { RunError } from "../../runs/run_store.ts";
import { haveInstances } from "../../runs/score_run_objects.ts";
import { createTask } from "../../task/tasks.ts";
import { countMachines } from "../study_machine.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { measureControls } from "./controls.ts";
import { oracleMap } from "./correct_pixels.ts";
import { describeMembers } from "./describe_members.ts";
import { measureDisagreement } from "./disagreement.ts";
import { gatherMaps, SampleIndex } from "./gather_maps.ts";
import { leftOutSections } from "./left_out.ts";
import { medianArea } from "./member_errors.ts";
import { completeMembers } from "./members.ts";
import { qualityLevels } from "./quality_levels.ts";
import { scoreEnsembles } from "./score_ensembles.ts";
import type { StudyMaps } from "./study_maps.ts";

/** Options of {@linkcode analyseStudy}. */
export interface AnalyseOptions {
  dataset: Dataset;
  /** Returns the data set of another difficulty, if the grid has such blocks. */
  datasetFor?: (difficulty: number) => Promise<Dataset>;
  jobs: readonly Job[];
  /** Folder of all runs. */
  results: string;
  /**
   * Ensemble methods to score. Default: all, and if the runs kept maps of training images, the meta-models fitted on these.
   */
  methods?: readonly EnsembleMethodId[];
  onProgress?: (done: number, step: string) => void;
  /** Stops the analysis and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/** Scores a baseline, which needs no training. */
function scoreBaseline(
  { outOfFold, tests, index }: StudyMaps,
  predict: (sample: Sample) => Float32Array,
): StudyAnalysis["baselines"][string] {
  const score = (images: readonly EnsembleImage[]) =>
    images.map((image) => index.scorer.dice(image, predict(index.sample(image.id))));
  return { outOfFold: score(outOfFold), test: score(tests[0]) };
}

function describeImages(images: readonly EnsembleImage[], index: SampleIndex): StudyAnalysis["test"] {
  return {
    ids: images.map(({ id }) => id),
    groups: images.map(({ group }) => group),
    modalities: images.map(({ id }) => sampleModality(index.sample(id))),
    foreground: images.map(({ id }) => foregroundShare(index.sample(id).labels)),
  };
}

/**
 * Analyses the maps that a study's runs kept. Every ensemble is scored on out-of-fold images, fitted on the other
 * folds, and on the test split, with the models of each fold. It also computes diversity, the ambiguity decomposition,
 * bounds, calibration and errors. For a task of several classes Dice is their mean, and what is defined for foreground
 * only is left out.
 *
 * @throws {RunError} if fewer than two members are complete, or maps are missing.
 */
export async function analyseStudy(options: AnalyseOptions): Promise<StudyAnalysis> {
  const { dataset, jobs, results, signal = cellSignal() } = options;
  const report = (done: number, doing: string) => {
    signal?.throwIfAborted();
    options.onProgress?.(done, doing);
  };
  const members = completeMembers(jobs);
  if (members.length < 2) {
    throw new RunError(
      `An ensemble needs two members with all their folds, and there are ${members.length}: continue the study`,
    );
  }
  const { config } = members[0].records[0];
  const task = createTask(config), index = new SampleIndex(dataset, task), { scorer } = index;
  const leftOut = leftOutSections(task);
  const byFold: EnsembleImage[][] = [], tests: EnsembleImage[][] = [];
  for (let fold = 0; fold < config.folds; fold++) {
    byFold.push(await gatherMaps(results, members, fold, "validation", index));
    tests.push(config.testShare > 0 ? await gatherMaps(results, members, fold, "test", index) : []);
    report(0.1 * (fold + 1) / config.folds, "reading maps");
  }
  const outOfFold = byFold.flat();
  const smallArea = medianArea(outOfFold.map(({ id }) => index.sample(id)));
  const haveObjects = haveInstances(dataset.samples.map(({ labels }) => labels));
  const maps: StudyMaps = { members, byFold, tests, outOfFold, index, smallArea, haveObjects, report };

  const gatherTraining = (fold: number) => gatherMaps(results, members, fold, "training", index);
  const ensembles = await scoreEnsembles(maps, gatherTraining, options.methods);
  report(0.7, "members");
  const memberDice = members.map((_, m) => outOfFold.map((image) => scorer.dice(image, image.maps[m])));
  const disagreement = measureDisagreement(outOfFold, members, memberDice, index);
  const described = describeMembers(maps);
  report(0.95, "sweeps");
  return {
    version: 2,
    dataset: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      images: dataset.samples.length,
      groups: new Set(dataset.samples.map(({ group }) => group)).size,
    },
    task: config.task,
    leftOut,
    folds: config.folds,
    encoder: config.encoder,
    steps: members[0].records[0].stepLosses.length,
    runs: jobs.map(({ run }) => run),
    machines: countMachines(jobs.flatMap(({ record }) => record ? [record] : [])),
    outOfFold: {
      ...describeImages(outOfFold, index),
      folds: byFold.flatMap((images, fold) => images.map(() => fold)),
    },
    test: describeImages(tests[0], index),
    baselines: leftOut.includes("baselines") ? {} : Object.fromEntries(
      Object.entries(BASELINES).map(([id, { predict }]) => [id, scoreBaseline(maps, ({ image }) => predict(image))]),
    ),
    members: described,
    ensembles,
    ...disagreement,
    oracle: {
      pixel: outOfFold.map((image) => scorer.dice(image, oracleMap(image, task))),
      image: outOfFold.map((_, i) => Math.max(...memberDice.map((dice) => dice[i]))),
    },
    quality: await qualityLevels(options),
    controls: await measureControls(options),
  };
}
