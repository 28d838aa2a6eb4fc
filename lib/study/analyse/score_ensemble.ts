import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { registryNames } from "../../io/registry_names.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import { BEST_SINGLE } from "../compare/comparisons.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { crossFit } from "./cross_fit.ts";
import { IN_FOLD_STACKERS } from "./in_fold_stackers.ts";
import { measureObjects } from "./measure_objects.ts";
import { countErrors } from "./member_errors.ts";
import type { MemberRuns } from "./members.ts";
import { scoreDice } from "./score_dice.ts";
import type { StudyMaps } from "./study_maps.ts";
import { tuneOnOthers } from "./tuned_dice.ts";

/** An ensemble that a study scores. */
export interface Ensembler {
  /** One of `ENSEMBLE_METHODS`, or of `IN_FOLD_STACKERS`. */
  id: string;
  /** How it combines members. */
  method: EnsembleMethodId;
  /** Whether it learns on maps of images that its members trained on. */
  inFold: boolean;
  label: string;
}

/**
 * The ensembles that are not scored at a tuned threshold: the best single member there is another one, and a majority of
 * members that decided at 0.5 has no other threshold.
 */
const UNTUNED: ReadonlySet<string> = new Set([BEST_SINGLE, "majority-voting"] satisfies EnsembleMethodId[]);

/**
 * Lists the ensembles of a study.
 *
 * @param methods the wanted ones. Default: all, and if the runs kept maps of training images, the meta-models fitted on these
 */
export function listEnsemblers(members: readonly MemberRuns[], methods?: readonly EnsembleMethodId[]): Ensembler[] {
  const ensemblers: Ensembler[] = (methods ?? registryNames(ENSEMBLE_METHODS)).map((id) => ({
    id,
    method: id,
    inFold: false,
    label: ENSEMBLE_METHODS[id].label,
  }));
  const keptTraining = ({ maps }: RunRecord) => maps.some(({ split }) => split === "training");
  if (methods || !members.every(({ records }) => records.every(keptTraining))) return ensemblers;
  const inFold = registryNames(IN_FOLD_STACKERS).map((id) => ({ id, ...IN_FOLD_STACKERS[id], inFold: true }));
  return [...ensemblers, ...inFold];
}

/**
 * Scores an ensemble, fitted on the other folds.
 *
 * @param definition how it learns
 */
export async function scoreEnsemble(
  { id, method, inFold }: Ensembler,
  definition: EnsembleMethodDefinition,
  { members, byFold, tests, outOfFold, index, smallArea, haveObjects }: StudyMaps,
): Promise<StudyAnalysis["ensembles"][number]> {
  const { scorer, task: { instances } } = index;
  const seeds = [...Map.groupBy(members.keys(), (m) => members[m].seed).values()];
  const { predicted, test, fitSeconds, weights } = await crossFit(definition, byFold, tests, index);
  // The members of each seed alone, if there are several seeds: the effect of another seed.
  const bySeed: number[][] = [];
  for (const seed of seeds.length > 1 && !inFold ? seeds : []) {
    const ofSeed = byFold.map((images) => images.map((image) => ({ ...image, maps: seed.map((m) => image.maps[m]) })));
    const alone = await crossFit(definition, ofSeed, [], index);
    bySeed.push(outOfFold.map((image, i) => scorer.dice(image, alone.predicted[i])));
  }
  return {
    id,
    method,
    inFold,
    ...scoreDice(outOfFold.map((image, i) => scorer.byClass(image, predicted[i])), scorer),
    ...(haveObjects && instances && measureObjects(outOfFold, (_, i) => predicted[i], index, instances)),
    ...(UNTUNED.has(id) ? {} : tuneOnOthers(byFold, (_, i) => predicted[i], index)),
    test,
    bySeed,
    fitSeconds,
    weights,
    ...countErrors(outOfFold, (_, i) => predicted[i], index, smallArea),
  };
}
