import { listWords } from "../../display/list_words.ts";
import { count } from "../../io/count.ts";
import { type DifferenceVerdict, MARGIN } from "../../evaluate/verdict.ts";
import { type ObjectGains, objectGains } from "../compare/object_gains.ts";
import { OBJECT_SCORE_IDS, OBJECT_SCORES } from "../compare/object_scores.ts";
import type { Study } from "../study.ts";
import { noObjectsReason } from "./no_objects_reason.ts";

/** Counts the ensembles with a verdict by each score of objects that the analysis has. */
function countVerdicts(ensembles: readonly ObjectGains[], verdict: DifferenceVerdict) {
  return OBJECT_SCORE_IDS.filter((id) => ensembles.some(({ scores }) => scores[id])).map((id) => ({
    label: OBJECT_SCORES[id].label,
    ensembles: ensembles.filter(({ scores }) => scores[id]?.judgement.here === verdict).length,
  }));
}

const listCounts = (counts: ReturnType<typeof countVerdicts>) =>
  listWords(counts.map(({ label, ensembles }) => `${ensembles} by ${label}`));

/**
 * Answers in a sentence whether the ensembles that gain Dice gain objects. An ensemble gains if the whole interval of its
 * difference from the best single member is above the margin of 0.01.
 *
 * @param study its name and analysis
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { objectGainFinding, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));
 * assert.match(objectGainFinding({ name: "quick", analysis }), /[Ss]tudy "quick"/);
 * ```
 */
export function objectGainFinding({ name, analysis }: Pick<Study, "name" | "analysis">): string {
  const all = objectGains(analysis).filter(({ scores }) => Object.keys(scores).length > 0);
  if (all.length === 0) return `Study "${name}" has no scores of objects${noObjectsReason(analysis)}`;
  const gaining = all.filter(({ dice }) => dice.judgement.here === "better"), asked = gaining.length ? gaining : all;
  const better = countVerdicts(asked, "better"),
    worse = countVerdicts(asked, "worse").filter((each) => each.ensembles > 0);
  const answer = gaining.length === 0
    ? "Undecided"
    : better.every(({ ensembles }) => ensembles === gaining.length)
    ? "Yes"
    : better.every(({ ensembles }) => ensembles === 0)
    ? "No"
    : "In part";
  const gain = gaining.length === 1 ? "gains" : "gain";
  const who = gaining.length === 0
    ? `none of ${count(all.length, "ensemble")} gains Dice; of all ${all.length}`
    : `${gaining.length} of ${count(all.length, "ensemble")} ${gain} Dice; of these`;
  return `${answer}: in study "${name}" ${who}, the number that gains objects is ${listCounts(better)}${
    worse.length ? `, and the number with worse objects is ${listCounts(worse)}` : ""
  } (an interval wholly above +${MARGIN} is a gain, in these trainings).`;
}
