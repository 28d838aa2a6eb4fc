import type { Interval } from "../../evaluate/interval.ts";
import { differenceVerdict, MARGIN, type Verdict } from "../../evaluate/verdict.ts";
import type { SectionId } from "../analyse/left_out.ts";
import type { Study } from "../study.ts";
import { undecidedReason } from "./difference_words.ts";

/** The data that a claim is judged by. */
export type JudgedStudy = Pick<Study, "analysis" | "runs">;

/** The verdicts on a claim. */
export interface ClaimVerdicts {
  /** The verdict on the networks that the study trained. */
  verdict: Verdict;
  /** The verdict on the method, which would hold for other trainings too. */
  method: Verdict | "undecided";
  /** Why the verdict on the method is undecided, such as "one training". */
  reason?: string;
}

/** The judgement of a claim by a study. */
export interface Judgement extends ClaimVerdicts {
  /** The rule in words, with its margin. */
  rule: string;
  /** The finding, with numbers from the data. */
  finding: string;
}

/** An entry of the registry `CLAIMS`: a claim of the original study. */
export interface ClaimDefinition {
  /** The claim, a sentence. */
  claim: string;
  /** The sections of the analysis that its rule uses, if some analyses leave them out. */
  needs?: readonly SectionId[];
  /** Judges it by a rule that was fixed beforehand; `undefined` if the study lacks the needed runs. */
  judge(study: JudgedStudy): Judgement | undefined;
}

/** Returns the verdicts on a claim that is about the trained networks only. */
export const onThisData = (verdict: Verdict): ClaimVerdicts => ({ verdict, method: verdict });

/**
 * Returns the verdicts on a claim about a method.
 *
 * @param verdict the verdict on the networks that were trained
 * @param difference the difference that it follows from; its trainings and its coverage decide whether the verdict holds
 * for the method
 */
export function onMethod(verdict: Verdict, difference: Interval): ClaimVerdicts {
  const reason = undecidedReason(difference);
  return reason ? { verdict, method: "undecided", reason } : onThisData(verdict);
}

/**
 * Judges the claim "not better": supported if the upper end is not above the margin, so that the difference is worse or
 * equivalent; refuted if it is better.
 */
export function verdictNotBetter(difference: Interval): Verdict {
  if (differenceVerdict(difference) === "better") return "refuted";
  return difference.high <= MARGIN ? "supported" : "inconclusive";
}
