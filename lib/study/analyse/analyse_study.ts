import { type Dataset, type Sample, sampleModality } from "../../datasets/dataset.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { BASELINES } from "../../evaluate/baselines.ts";
import { boundaryBand, CalibrationCounts } from "../../evaluate/calibration.ts";
import { pixelOracle } from "../../evaluate/diversity.ts";
import { mapDice } from "../../evaluate/metrics.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
import { registryNames } from "../../io/registry_names.ts";
import { foregroundShare } from "../../images/foreground.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import type { Job } from "../../runs/grid/job.ts";
import { haveInstances } from "../../runs/score_run_objects.ts";
import { RunError, type RunRecord } from "../../runs/run_store.ts";
import { trainingSeconds } from "../compare/run_comparisons.ts";
import { countMachines } from "../study_machine.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { measureControls } from "./controls.ts";
import { scoreByConventions } from "./conventions.ts";
import { crossFit } from "./cross_fit.ts";
import { measureDisagreement } from "./disagreement.ts";
import { gatherMaps, SampleIndex } from "./gather_maps.ts";
import { inFoldStackers } from "./in_fold_stackers.ts";
import { countErrors, medianArea } from "./member_errors.ts";
import { objectPrecisions } from "./object_precisions.ts";
import { completeMembers, type MemberRuns } from "./members.ts";
import { qualityLevels } from "./quality_levels.ts";

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

/** The maps that a study's members kept, and the data for scoring them. */
interface StudyMaps {
  members: MemberRuns[];
  /** Validation images of each fold. */
  byFold: EnsembleImage[][];
  /** Test images, predicted by the models of each fold. */
  tests: EnsembleImage[][];
  /** Validation images of all folds. */
  outOfFold: EnsembleImage[];
  index: SampleIndex;
  /** Area in pixels below which an object is small. */
  smallArea: number;
  /** Whether the masks hold object numbers, so that objects are scored. */
  haveObjects: boolean;
  report: (done: number, doing: string) => void;
}

/** An ensemble that a study scores. */
interface Ensembler {
  id: string;
  /** How it combines members. */
  method: EnsembleMethodId;
  definition: EnsembleMethodDefinition;
  /** Whether it learns on maps of images that its members trained on. */
  inFold: boolean;
}

/** Scores every ensemble, fitted on the other folds. */
async function scoreEnsembles(
  { members, byFold, tests, outOfFold, index, smallArea, haveObjects, report }: StudyMaps,
  gather: (fold: number) => Promise<EnsembleImage[]>,
  methods?: readonly EnsembleMethodId[],
): Promise<StudyAnalysis["ensembles"]> {
  const { dataset } = index;
  const ensemblers: Ensembler[] = (methods ?? registryNames(ENSEMBLE_METHODS)).map((id) => ({
    id,
    method: id,
    definition: ENSEMBLE_METHODS[id],
    inFold: false,
  }));
  const keptTraining = ({ maps }: RunRecord) => maps.some(({ split }) => split === "training");
  if (!methods && members.every(({ records }) => records.every(keptTraining))) {
    ensemblers.push(...(await inFoldStackers(byFold, gather)).map((stacker) => ({ ...stacker, inFold: true })));
  }
  const seeds = [...Map.groupBy(members.keys(), (m) => members[m].seed).values()];
  const ensembles: StudyAnalysis["ensembles"] = [];
  for (const [k, { id, method, definition, inFold }] of ensemblers.entries()) {
    report(0.1 + 0.6 * k / ensemblers.length, definition.label);
    const { predicted, test, fitSeconds, weights } = await crossFit(definition, byFold, tests, dataset);
    // The members of each seed alone, if there are several seeds: the effect of another seed.
    const bySeed: number[][] = [];
    for (const seed of seeds.length > 1 && !inFold ? seeds : []) {
      const ofSeed = byFold.map((images) =>
        images.map((image) => ({ ...image, maps: seed.map((m) => image.maps[m]) }))
      );
      const alone = await crossFit(definition, ofSeed, [], dataset);
      bySeed.push(outOfFold.map(({ truth }, i) => mapDice(alone.predicted[i], truth)));
    }
    ensembles.push({
      id,
      method,
      inFold,
      outOfFold: outOfFold.map(({ truth }, i) => mapDice(predicted[i], truth)),
      ...(haveObjects && { precision: objectPrecisions(outOfFold, (_, i) => predicted[i]) }),
      test,
      bySeed,
      fitSeconds,
      weights,
      ...countErrors(outOfFold, (_, i) => predicted[i], index, smallArea),
    });
  }
  return ensembles;
}

/** Computes each member's scores, calibration and errors. */
function describeMembers(
  { members, byFold, tests, outOfFold, index, smallArea, haveObjects, report }: StudyMaps,
  memberDice: readonly number[][],
): StudyAnalysis["members"] {
  return members.map(({ name, architecture, loss, seed, records }, m) => {
    report(0.75 + 0.2 * m / members.length, name);
    const everywhere = new CalibrationCounts(), boundary = new CalibrationCounts();
    for (const { maps, truth, width, height } of outOfFold) {
      everywhere.add(maps[m], truth);
      const band = boundaryBand(truth, width, height);
      boundary.add(maps[m], truth, (pixel) => band[pixel] === 1);
    }
    const tuned = tuneThreshold(outOfFold.map(({ maps }) => maps[m]), outOfFold.map(({ truth }) => truth));
    return {
      name,
      architecture,
      loss,
      seed,
      parameters: records[0].parameters,
      runs: records.map(({ run }) => run),
      seconds: trainingSeconds(records),
      outOfFold: memberDice[m],
      ...(haveObjects && { precision: objectPrecisions(outOfFold, ({ maps }) => maps[m]) }),
      test: tests.map((images) => images.map(({ maps, truth }) => mapDice(maps[m], truth))),
      calibration: {
        everywhere: everywhere.calibrationError(),
        boundary: boundary.calibrationError(),
        averagePrecision: everywhere.averagePrecision(),
        reliability: boundary.reliability(10),
      },
      ...countErrors(outOfFold, ({ maps }) => maps[m], index, smallArea),
      thresholds: tuned.curve.filter((_, i) => i % 3 === 1),
      conventions: scoreByConventions(byFold, m, index),
    };
  });
}

/** Scores a baseline, which needs no training. */
function scoreBaseline(
  { outOfFold, tests, index }: StudyMaps,
  predict: (sample: Sample) => Float32Array,
): StudyAnalysis["baselines"][string] {
  const score = (images: readonly EnsembleImage[]) =>
    images.map(({ id, truth }) => mapDice(predict(index.sample(id)), truth));
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
 * bounds, calibration and errors.
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
  const index = new SampleIndex(dataset);
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
  const memberDice = members.map((_, m) => outOfFold.map(({ maps, truth }) => mapDice(maps[m], truth)));
  const disagreement = measureDisagreement(outOfFold, members, memberDice, index);
  const described = describeMembers(maps, memberDice);
  report(0.95, "sweeps");
  return {
    version: 2,
    dataset: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      images: dataset.samples.length,
      groups: new Set(dataset.samples.map(({ group }) => group)).size,
    },
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
    baselines: Object.fromEntries(
      Object.entries(BASELINES).map(([id, { predict }]) => [id, scoreBaseline(maps, ({ image }) => predict(image))]),
    ),
    members: described,
    ensembles,
    ...disagreement,
    oracle: {
      pixel: outOfFold.map(({ maps, truth }) => mapDice(pixelOracle(maps, truth), truth)),
      image: outOfFold.map((_, i) => Math.max(...memberDice.map((dice) => dice[i]))),
    },
    quality: await qualityLevels(options),
    controls: await measureControls(options),
  };
}
