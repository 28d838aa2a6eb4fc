import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { registryNames } from "../../io/registry_names.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import { BEST_SINGLE } from "../compare/comparisons.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { crossFit } from "./cross_fit.ts";
import { inFoldStackers } from "./in_fold_stackers.ts";
import { measureObjects } from "./measure_objects.ts";
import { countErrors } from "./member_errors.ts";
import { scoreDice } from "./score_dice.ts";
import type { StudyMaps } from "./study_maps.ts";
import { tuneOnOthers } from "./tuned_dice.ts";

/** An ensemble that a study scores. */
interface Ensembler {
  id: string;
  /** How it combines members. */
  method: EnsembleMethodId;
  definition: EnsembleMethodDefinition;
  /** Whether it learns on maps of images that its members trained on. */
  inFold: boolean;
}

/**
 * The ensembles that are not scored at a tuned threshold: the best single member there is another one, and a majority of
 * members that decided at 0.5 has no other threshold.
 */
const UNTUNED: ReadonlySet<string> = new Set([BEST_SINGLE, "majority-voting"] satisfies EnsembleMethodId[]);

/** Scores every ensemble, fitted on the other folds. */
export async function scoreEnsembles(
  { members, byFold, tests, outOfFold, index, smallArea, haveObjects, report }: StudyMaps,
  gather: (fold: number) => Promise<EnsembleImage[]>,
  methods?: readonly EnsembleMethodId[],
): Promise<StudyAnalysis["ensembles"]> {
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
  const { scorer, task: { instances } } = index;
  const seeds = [...Map.groupBy(members.keys(), (m) => members[m].seed).values()];
  const ensembles: StudyAnalysis["ensembles"] = [];
  for (const [k, { id, method, definition, inFold }] of ensemblers.entries()) {
    report(0.1 + 0.6 * k / ensemblers.length, definition.label);
    const { predicted, test, fitSeconds, weights } = await crossFit(definition, byFold, tests, index);
    // The members of each seed alone, if there are several seeds: the effect of another seed.
    const bySeed: number[][] = [];
    for (const seed of seeds.length > 1 && !inFold ? seeds : []) {
      const ofSeed = byFold.map((images) =>
        images.map((image) => ({ ...image, maps: seed.map((m) => image.maps[m]) }))
      );
      const alone = await crossFit(definition, ofSeed, [], index);
      bySeed.push(outOfFold.map((image, i) => scorer.dice(image, alone.predicted[i])));
    }
    ensembles.push({
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
    });
  }
  return ensembles;
}
