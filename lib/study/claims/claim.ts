import type { Verdict } from "../../evaluate/verdict.ts";
import type { SectionId } from "../analyse/left_out.ts";
import type { Study } from "../study.ts";

/** The data that a claim is judged by. */
export type JudgedStudy = Pick<Study, "analysis" | "runs">;

/** The judgement of a claim by a study. */
export interface Judgement {
  /** The rule in words. */
  rule: string;
  /** The finding, with numbers from the data. */
  finding: string;
  verdict: Verdict;
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

/** The gain in Dice below which an ensemble does not help. */
export const NO_HELP = 0.01;
