import { hasName, registryNames } from "../../io/registry_names.ts";
import { baseDice, noBetterThanAllForeground } from "./base_models.ts";
import { bceMoreStable } from "./bce_more_stable.ts";
import { leftOutNote } from "../analyse/left_out.ts";
import type { ClaimDefinition, ClaimVerdicts, JudgedStudy, Judgement } from "./claim.ts";
import { garbageIn } from "./garbage_in.ts";
import { noHelp } from "./no_help.ts";
import { samePredictions } from "./same_predictions.ts";
import { clipScore, showInterval, showScore } from "./show_interval.ts";
import { smallBatches } from "./small_batches.ts";
import { OptionError } from "../../io/option_error.ts";

export { clipScore, showInterval, showScore };

/**
 * The claims of the original study that the numbers of a study can decide. To add one, define it in a file and list it
 * here.
 */
export const CLAIMS = {
  "base-dice": baseDice,
  "no-better-than-all-foreground": noBetterThanAllForeground,
  "soft-voting": noHelp("soft-voting"),
  "shallow-cnn": noHelp("shallow-cnn"),
  residual: noHelp("residual"),
  "garbage-in": garbageIn,
  "same-predictions": samePredictions,
  "bce-more-stable": bceMoreStable,
  "small-batches": smallBatches,
} as const satisfies Record<string, ClaimDefinition>;

/** A claim's id. */
export type ClaimId = keyof typeof CLAIMS;

/** A claim of the original study, and the finding of this one. */
export interface ClaimResult extends Judgement {
  id: ClaimId;
  /** The claim, a sentence. */
  claim: string;
}

/** A claim of the original study that this one cannot judge. */
export interface UnexaminedClaim extends Pick<ClaimResult, "id" | "claim"> {
  /** Why not, a sentence. */
  reason: string;
}

/** Returns why a study does not examine a claim, if its analysis leaves out a section that the rule uses. */
function unexamined(id: ClaimId, { analysis }: Pick<JudgedStudy, "analysis">): string | undefined {
  const { needs = [] }: ClaimDefinition = CLAIMS[id];
  return needs.map((section) => leftOutNote(analysis, section)).find((note) => note !== undefined);
}

/**
 * Lists the claims that a study does not examine, since its analysis leaves out a section that their rules use.
 *
 * @param study a finished study
 * @returns claims with the reason, in the order of {@linkcode CLAIMS}; none if the task is foreground
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, unexaminedClaims } from "lib/study";
 *
 * const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));
 * assert.deepEqual(unexaminedClaims({ analysis }), []);
 * const withoutBaselines = { ...analysis, leftOut: ["baselines" as const] };
 * assert.deepEqual(unexaminedClaims({ analysis: withoutBaselines }).map(({ id }) => id), ["no-better-than-all-foreground"]);
 * ```
 */
export function unexaminedClaims(study: Pick<JudgedStudy, "analysis">): UnexaminedClaim[] {
  return registryNames(CLAIMS).flatMap((id) => {
    const reason = unexamined(id, study);
    return reason === undefined ? [] : [{ id, claim: CLAIMS[id].claim, reason }];
  });
}

/** Judges the claims for which a study has the runs, in the order of {@linkcode CLAIMS}; see {@linkcode unexaminedClaims}. */
export function judgeClaims(study: JudgedStudy): ClaimResult[] {
  return registryNames(CLAIMS).flatMap((id) => {
    const { claim, judge }: ClaimDefinition = CLAIMS[id];
    const judgement = unexamined(id, study) ? undefined : judge(study);
    return judgement ? [{ id, claim, ...judgement }] : [];
  });
}

/** Writes the verdicts on a claim, such as "supported in these trainings, undecided for the method (one training)". */
export function showVerdicts({ verdict, method, reason }: ClaimVerdicts): string {
  return method === verdict ? verdict : `${verdict} in these trainings, ${method} for the method (${reason})`;
}

/**
 * Makes table rows of the claims in several studies: each claim, its rule, and each study's verdicts and finding.
 *
 * @param ids ids of the claims. Default: all.
 */
export function claimRows(
  studies: readonly JudgedStudy[],
  ids: readonly ClaimId[] = registryNames(CLAIMS),
): string[][] {
  const judged = studies.map(judgeClaims);
  return ids.flatMap((id) => {
    if (!hasName(CLAIMS, id)) {
      throw new OptionError(`There is no claim "${id}": choose of ${Object.keys(CLAIMS).join(", ")}`);
    }
    // A study without the needed runs does not judge a claim.
    const results = judged.map((results) => results.find((each) => each.id === id));
    const rule = results.findLast((each) => each !== undefined)?.rule;
    const reasons = studies.map((study) => unexamined(id, study));
    if (rule === undefined && reasons.every((reason) => reason === undefined)) return [];
    return [[
      CLAIMS[id].claim,
      rule ?? "–",
      ...results.map((result, i) => {
        if (result) return `${showVerdicts(result)}: ${result.finding}`;
        return reasons[i] === undefined ? "–" : `not examined: ${reasons[i]}`;
      }),
    ]];
  });
}
