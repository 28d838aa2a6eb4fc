import { join } from "node:path";
import type { Dataset } from "../../datasets/dataset.ts";
import { type Combiner, disposeCombiners, usesMember } from "../../ensemble/combiner.ts";
import {
  CrossFittedEnsemble,
  describeCombiners,
  saveCombiners,
  type StoredCrossFitted,
} from "../../ensemble/cross_fitted_ensemble.ts";
import type { Ensemble } from "../../ensemble/base_ensemble.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { ENSEMBLE, saveEnsemble } from "../../ensemble/ensemble_folder.ts";
import { fitCombiners } from "../../ensemble/fit_combiners.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { openSegmenter } from "../../ensemble/open_segmenter.ts";
import { askForWord } from "../../io/explain_issue.ts";
import { OptionError } from "../../io/option_error.ts";
import { hasName, registryNames } from "../../io/registry_names.ts";
import { imageDigest } from "../../images/image_digest.ts";
import type { Segmenter } from "../../nn/inference/segmenter.ts";
import { MODEL } from "../../nn/weights/model_file.ts";
import { createTask } from "../../task/tasks.ts";
import { RunError, type RunRecord } from "../../runs/run_store.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { gatherMaps, SampleIndex } from "../analyse/gather_maps.ts";
import { BEST_SINGLE } from "../compare/comparisons.ts";
import type { Study } from "../study.ts";
import { tuneStudyObjects } from "./tune_study_objects.ts";
import { missingWeightsNote, runsWithoutWeights } from "./missing_weights.ts";

/** A finished study with its images. */
export interface StudyWithData extends Pick<Study, "folder" | "analysis" | "runs"> {
  dataset: Dataset;
}

/** The parts of an ensemble of a study's members. */
interface EnsembleParts {
  /** Runs of each member, one per fold. */
  runs: string[][];
  combiners: Combiner[];
  /** The fold of each image that members trained on, by its digest. */
  images: Map<string, number>;
  /** How objects are found in the ensemble's maps, if its task has objects. */
  objectParameters?: Record<string, number>;
}

/** The threshold of a study's masks. */
const THRESHOLD = 0.5;

/** Returns the fold of each image of the cross-validation, by its digest. If two images are equal, the first counts. */
async function imageFolds({ outOfFold }: StudyAnalysis, index: SampleIndex): Promise<Map<string, number>> {
  const folds = new Map<string, number>();
  for (const [i, id] of outOfFold.ids.entries()) {
    const digest = await imageDigest(index.sample(id).image);
    if (!folds.has(digest)) folds.set(digest, outOfFold.folds[i]);
  }
  return folds;
}

/** Reads the members' maps of each fold's images. */
async function readFolds(
  { folder, analysis, runs }: StudyWithData,
  names: readonly string[],
  index: SampleIndex,
): Promise<EnsembleImage[][]> {
  const records = new Map<string, RunRecord>(runs.map((record) => [record.run, record]));
  const members = analysis.members.filter(({ name }) => names.includes(name)).map((member) => ({
    ...member,
    records: member.runs.map((run) => records.get(run)!),
  }));
  const byFold: EnsembleImage[][] = [];
  for (let fold = 0; fold < analysis.folds; fold++) {
    byFold.push(await gatherMaps(folder, members, fold, "validation", index));
  }
  return byFold;
}

/** Fits a method on the saved maps of members, without members that no combiner uses. */
async function ensembleParts(
  study: StudyWithData,
  method: EnsembleMethodId,
  names: readonly string[],
): Promise<EnsembleParts> {
  const { analysis, dataset, runs } = study;
  if (!hasName(ENSEMBLE_METHODS, method)) {
    throw new OptionError(
      `method is ${JSON.stringify(method)}: ${askForWord(method, registryNames(ENSEMBLE_METHODS))}`,
    );
  }
  const member = runs.find(({ run }) => run === analysis.members[0].runs[0])!;
  const index = new SampleIndex(dataset, createTask(member.config));
  if (dataset.fingerprint !== analysis.dataset.fingerprint) {
    throw new RunError(`${study.folder} is a study of other images than ${dataset.name}: give those of the study`);
  }
  const images = await imageFolds(analysis, index);
  const members = analysis.members.filter(({ name }) => names.includes(name));
  const byFold = await readFolds(study, names, index);
  const combiners: Combiner[] = method === BEST_SINGLE
    ? Array.from({ length: analysis.folds + 1 }, () => ({ kind: "weights", weights: [1] }))
    : await fitCombiners(method, byFold);
  const objectParameters = await tuneStudyObjects(byFold, combiners, index, member.config.emptyMask);
  const used = members.map((_, m) => combiners.some((combiner) => usesMember(combiner, m)));
  return {
    runs: members.filter((_, m) => used[m]).map(({ runs }) => [...runs]),
    combiners: combiners.map((combiner) =>
      combiner.kind === "weights" ? { ...combiner, weights: combiner.weights.filter((_, m) => used[m]) } : combiner
    ),
    images,
    ...(objectParameters && { objectParameters }),
  };
}

/**
 * Makes an ensemble of a study's members, with the weights that their runs kept. On an image of the study it predicts the
 * study's own map: with the networks that did not see the image, combined as fitted on the other folds. On a new image
 * each member is the mean of its networks.
 *
 * @param study a finished study, whose runs kept their weights and maps, with its images
 * @param method how to combine them; `best-single` takes the member with the given name
 * @param names names of the members. Default: all
 * @returns an ensemble that predicts and can be saved; dispose of it after use
 * @throws {RunError} if a run kept no weights or no maps, or the images are not the study's.
 */
export async function studyEnsemble(
  study: StudyWithData,
  method: EnsembleMethodId,
  names: readonly string[] = study.analysis.members.map(({ name }) => name),
): Promise<Ensemble> {
  const { runs, combiners, images, objectParameters } = await ensembleParts(study, method, names);
  const opened: Segmenter[] = [];
  try {
    const wanted = runs.flat(), missing = await runsWithoutWeights(study.folder, wanted);
    if (missing.length) throw new RunError(await missingWeightsNote(study.folder, missing, wanted.length));
    const members: Segmenter[][] = [];
    for (const folds of runs) {
      const networks: Segmenter[] = [];
      for (const run of folds) {
        const network = await openSegmenter(join(study.folder, run, MODEL));
        opened.push(network);
        networks.push(network);
      }
      members.push(networks);
    }
    return new CrossFittedEnsemble({ members, combiners, images, threshold: THRESHOLD, objectParameters });
  } catch (error) {
    for (const network of opened) network[Symbol.dispose]();
    disposeCombiners(combiners);
    throw error;
  }
}

/**
 * Describes an ensemble of a study's members in the study's folder, so that `openSegmenter` opens the folder. The
 * description names the weights in the runs' folders, so it takes little place.
 *
 * @returns the runs that have no weights; if there are any, the folder has no description afterwards
 */
export async function describeStudyEnsemble(
  study: StudyWithData,
  method: EnsembleMethodId,
  names: readonly string[],
): Promise<string[]> {
  const { folder, analysis } = study;
  const wanted = analysis.members.filter(({ name }) => names.includes(name)).flatMap(({ runs }) => runs);
  const missing = await runsWithoutWeights(folder, wanted);
  if (missing.length) {
    // A description of an earlier analysis would name weights that are gone.
    await Deno.remove(join(folder, ENSEMBLE)).catch(() => {});
    return missing;
  }
  const { runs, combiners, images, objectParameters } = await ensembleParts(study, method, names);
  try {
    const stored: StoredCrossFitted = {
      method: "cross-fitted",
      members: runs.map((folds) => folds.map((run) => `${run}/${MODEL}`)),
      combiners: describeCombiners(combiners),
      images: Object.fromEntries(images),
      threshold: THRESHOLD,
      ...(objectParameters && { objectParameters }),
    };
    await saveEnsemble(folder, [], stored, () => saveCombiners(folder, combiners));
  } finally {
    disposeCombiners(combiners);
  }
  return [];
}
