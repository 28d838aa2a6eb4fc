import { IOU_THRESHOLDS } from "../../evaluate/compare_objects.ts";
import { type Cell, csvRows } from "../../objects/table/csv.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { ObjectCounts } from "../analyse/object_counts.ts";
import { sixDigits } from "../analyse/six_digits.ts";
import { imageGroups } from "../compare/run_comparisons.ts";

/** The scored model: a member, an ensemble, one that learnt on its members' training images, a baseline, a further run. */
export type ScoredKind = "member" | "ensemble" | "in-fold-ensemble" | "baseline" | "run";

/** Counts of the objects of one image, by the columns of `scores.csv`. */
export type ImageObjects = Record<string, number>;

/** One score of one image: a row of `scores.csv`. */
export interface ImageScore {
  id: string;
  group: string;
  /** Such as `fluorescence`; empty if it is not known. */
  modality: string;
  split: "out-of-fold" | "test";
  /**
   * Counted from 0: the fold of the image, or on the test split the fold of the model. Absent for a baseline on the test
   * split, which has no model.
   */
  fold?: number;
  kind: ScoredKind;
  /** The member's name, the id of the ensemble or of the baseline, or the name of the run. */
  name: string;
  architecture?: string;
  loss?: string;
  /** Seed of the training, or of the members of an ensemble; absent for an ensemble of all seeds. */
  seed?: number;
  dice: number;
  /** Dice at the threshold that was tuned on the other folds; absent on the test split, and if the study has none. */
  tunedDice?: number;
  /** Mean average precision of its objects at an IoU of 0.5 to 0.95; absent if the study has none. */
  averagePrecision?: number;
  /** Counts of its objects; absent if the study has none. */
  objects?: ImageObjects;
  /** Dice of each class, if there are several; NaN where the class is neither in the truth nor in the prediction. */
  classDice?: Record<string, number>;
}

/** What the scores of one member, ensemble or baseline have in common. */
type Subject = Pick<ImageScore, "kind" | "name" | "architecture" | "loss" | "seed">;

/** Returns the counts of an image's objects. */
function imageObjects({ truth, predicted, matches, intersection, union }: ObjectCounts, i: number): ImageObjects {
  return {
    true_objects: truth[i],
    predicted_objects: predicted[i],
    ...Object.fromEntries(matches.map((counts, k) => [`matches_${IOU_THRESHOLDS[k].toFixed(2)}`, counts[i]])),
    intersection: intersection[i],
    union: union[i],
  };
}

/** Yields the rows of out-of-fold scores. */
function* outOfFoldRows(
  { outOfFold: { ids, groups, modalities, folds } }: StudyAnalysis,
  subject: Subject,
  { outOfFold: dice, tunedOutOfFold, precision, objects, classDice }: Pick<
    StudyAnalysis["members"][number],
    "outOfFold" | "tunedOutOfFold" | "precision" | "objects" | "classDice"
  >,
): Generator<ImageScore> {
  for (const [i, id] of ids.entries()) {
    yield {
      id,
      group: groups[i],
      modality: modalities[i],
      split: "out-of-fold",
      fold: folds[i],
      ...subject,
      dice: dice[i],
      tunedDice: tunedOutOfFold?.[i],
      averagePrecision: precision?.[i],
      objects: objects && imageObjects(objects, i),
      classDice: classDice && Object.fromEntries(Object.entries(classDice).map(([name, values]) => [name, values[i]])),
    };
  }
}

/** Yields the rows of scores on the test split, for the models of each fold or for a baseline. */
function* testRows(
  { test: { ids, groups, modalities } }: StudyAnalysis,
  subject: Subject,
  byFold: readonly (readonly number[])[],
): Generator<ImageScore> {
  for (const [fold, dice] of byFold.entries()) {
    for (const [i, id] of ids.entries()) {
      yield {
        id,
        group: groups[i],
        modality: modalities[i],
        split: "test",
        fold: subject.kind === "baseline" ? undefined : fold,
        ...subject,
        dice: dice[i],
      };
    }
  }
}

/** Yields the scores of runs that are not of a member, such as further seeds, on the images of the study. */
function* runRows(analysis: StudyAnalysis, runs: readonly RunRecord[]): Generator<ImageScore> {
  const memberRuns = new Set(analysis.members.flatMap((member) => member.runs));
  const findGroup = imageGroups(analysis);
  const modalities = new Map(
    [analysis.outOfFold, analysis.test].flatMap(({ ids, modalities }) => ids.map((id, i) => [id, modalities[i]])),
  );
  for (const { run, data, config, imageDice, testDice } of runs) {
    if (memberRuns.has(run) || data.fingerprint !== analysis.dataset.fingerprint) continue;
    const parts = [["out-of-fold", data.validation, imageDice.model], ["test", data.test, testDice.model]] as const;
    for (const [split, ids, scores] of parts) {
      // A record of an earlier version may have test images without scores.
      for (const [i, id] of scores ? ids.entries() : []) {
        yield {
          id,
          group: findGroup(id),
          modality: modalities.get(id) ?? "",
          split,
          fold: config.fold,
          kind: "run",
          name: run,
          architecture: config.architecture,
          loss: config.loss,
          seed: config.seed,
          dice: scores[i] ?? 1,
        };
      }
    }
  }
}

/**
 * Lists the score of every image by every member, ensemble and baseline of a study, and by its further runs on the same
 * images.
 *
 * @param study the analysis, and the records of the runs
 * @returns one row per score, in the order of the analysis
 */
export function* imageScores(
  { analysis, runs = [] }: { analysis: StudyAnalysis; runs?: readonly RunRecord[] },
): Generator<ImageScore> {
  for (const member of analysis.members) {
    const { name, architecture, loss, seed } = member;
    const subject = { kind: "member", name, architecture, loss, seed } as const;
    yield* outOfFoldRows(analysis, subject, member);
    yield* testRows(analysis, subject, member.test);
  }
  const seeds = [...new Set(analysis.members.map(({ seed }) => seed))];
  for (const ensemble of analysis.ensembles) {
    const subject = { kind: ensemble.inFold ? "in-fold-ensemble" : "ensemble", name: ensemble.id } as const;
    yield* outOfFoldRows(analysis, subject, ensemble);
    for (const [s, outOfFold] of ensemble.bySeed.entries()) {
      yield* outOfFoldRows(analysis, { ...subject, seed: seeds[s] }, { outOfFold });
    }
    yield* testRows(analysis, subject, ensemble.test);
  }
  for (const [name, baseline] of Object.entries(analysis.baselines)) {
    const subject = { kind: "baseline", name } as const;
    yield* outOfFoldRows(analysis, subject, baseline);
    yield* testRows(analysis, subject, [baseline.test]);
  }
  yield* runRows(analysis, runs);
}

/** The columns of `scores.csv`, by the fields of a row. */
const COLUMNS = {
  id: "id",
  group: "group",
  modality: "modality",
  split: "split",
  fold: "fold",
  kind: "kind",
  name: "name",
  architecture: "architecture",
  loss: "loss",
  seed: "seed",
  dice: "dice",
  tunedDice: "dice_tuned",
  averagePrecision: "average_precision",
} as const satisfies Record<Exclude<keyof ImageScore, "classDice" | "objects">, string>;

/**
 * Formats the scores of all images of a study as CSV (RFC 4180, UTF-8), one score per line. This long form is that of
 * mixed models and plots in R (`lmer(dice ~ architecture + loss + (1 | group / id))`). A table with a column for each
 * member could hold neither the several models of a test image nor the properties of the members.
 *
 * @param study the analysis, and the records of the runs
 * @returns the text; scores have six digits, as in `analysis.json`; cells without a value are empty. Several classes have a
 * column `dice_NAME` each. Counts of objects have their columns if a member has them
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { imageScoreCsv, openStudy } from "lib/study";
 *
 * const csv = imageScoreCsv(await openStudy("quick", join(projectFolder(), "results/committed")));
 * assert.match(csv, /^id,group,modality,split,fold,kind,name,architecture,loss,seed,dice,dice_tuned,average_precision,/);
 * assert.match(csv, /out-of-fold,0,member,unet bce,unet,bce,1,0\.\d+,0\.\d+,0\.\d+,\d+,/);
 * ```
 */
export function imageScoreCsv(study: { analysis: StudyAnalysis; runs?: readonly RunRecord[] }): string {
  const fields = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const classes = Object.keys(study.analysis.members[0].classDice ?? {});
  const counted = study.analysis.members.find(({ objects }) => objects)?.objects;
  const counts = counted ? Object.keys(imageObjects(counted, 0)) : [];
  const rounded = (value: Cell) => typeof value === "number" ? sixDigits(value) : value;
  function* rows(): Generator<Cell[]> {
    yield [...Object.values(COLUMNS), ...counts, ...classes.map((name) => `dice_${name}`)];
    for (const score of imageScores(study)) {
      yield [
        ...fields.map((field) => score[field]),
        ...counts.map((name) => score.objects?.[name]),
        ...classes.map((name) => score.classDice?.[name]),
      ].map(rounded);
    }
  }
  return csvRows(rows());
}
