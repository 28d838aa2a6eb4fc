import type { Verdict } from "../../evaluate/verdict.ts";
import type { Study } from "../study.ts";

/** What a claim is judged by. */
export type JudgedStudy = Pick<Study, "analysis" | "runs">;

/** How a study decides a claim. */
export interface Judgement {
  /** What decides, in words. */
  rule: string;
  /** With numbers from the data. */
  finding: string;
  verdict: Verdict;
}

/** A claim of the original study, as the registry `CLAIMS` has it. */
export interface ClaimDefinition {
  /** The claim, a sentence. */
  claim: string;
  /** Judges it by a rule that is stated before; `undefined` where the study lacks the runs that it needs. */
  judge(study: JudgedStudy): Judgement | undefined;
}

/** A gain in Dice below which an ensemble is said not to help. */
export const NO_HELP = 0.01;
