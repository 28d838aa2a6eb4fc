import { judgeClaims, unexaminedClaims } from "../claims/claims.ts";
import type { JudgedStudy, Judgement } from "../claims/claim.ts";

/** Writes the verdicts on a claim as the end of a sentence. */
function verdictSentence({ verdict, method, reason }: Judgement): string {
  return method === verdict
    ? `On this data the claim is ${verdict}.`
    : `In these trainings the claim is ${verdict}; for the method it is ${method} (${reason}).`;
}

/**
 * Writes each claim of the original study with the finding of this one, and the claims that this one does not examine.
 *
 * @returns plain text, one claim each
 */
export function claimLines(study: JudgedStudy): string[] {
  return [
    ...judgeClaims(study).map(({ claim, ...judgement }) =>
      `The original study: "${claim}" Here: ${judgement.finding}. ${verdictSentence(judgement)}`
    ),
    ...unexaminedClaims(study).map(({ claim, reason }) =>
      `The original study: "${claim}" Not examined here: ${reason}`
    ),
  ];
}
