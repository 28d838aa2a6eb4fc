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

/** Lists numbers of ensembles: `1 by mean AP and 2 by AJI`, or `2 by each score`. */
function listCounts(counts: ReturnType<typeof countVerdicts>): string {
  const [{ ensembles: first }] = counts;
  return counts.length > 1 && counts.every(({ ensembles }) => ensembles === first)
    ? `${first} by each score`
    : listWords(counts.map(({ label, ensembles }) => `${ensembles} by ${label}`));
}

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
  const better = countVerdicts(asked, "better"), worse = countVerdicts(asked, "worse");
  const who = gaining.length === 0
    ? `none of ${count(all.length, "ensemble")} gains Dice; of all ${all.length}`
    : `${gaining.length} of ${count(all.length, "ensemble")} ${gaining.length === 1 ? "gains" : "gain"} Dice; of these`;
  const worseWords = worse.some(({ ensembles }) => ensembles > 0)
    ? `, and the number with worse objects is ${listCounts(worse)}`
    : "";
  return `${answer(gaining.length, better)}: in study "${name}" ${who}, the number that gains objects is ` +
    `${listCounts(better)}${worseWords} (an interval wholly above +${MARGIN} is a gain, in these trainings).`;
}

/** Answers for the ensembles that gain Dice, from the numbers of them that gain by each score of objects. */
function answer(gaining: number, better: ReturnType<typeof countVerdicts>): string {
  if (gaining === 0) return "Undecided";
  if (better.every(({ ensembles }) => ensembles === gaining)) return "Yes";
  return better.every(({ ensembles }) => ensembles === 0) ? "No" : "In part";
}
