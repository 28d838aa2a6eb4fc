/** The decomposition of the Brier score of an averaged prediction. */
export interface AmbiguityDecomposition {
  /** Weighted mean of the members' Brier scores. */
  memberError: number;
  /** Weighted mean squared difference between the members and their average. */
  ambiguity: number;
  /** Brier score of the average, which equals the members' error minus the ambiguity. */
  ensembleError: number;
}

/**
 * Computes the ambiguity decomposition (Krogh & Vedelsby 1995): the error of an average is the mean error of its
 * members minus their mean squared difference from it.
 *
 * @param members the members' probability maps
 * @param truth foreground if larger than 0
 * @param weights the members' weights, with a sum of 1. Default: equal.
 * @param counts returns whether a pixel counts. Default: all do.
 */
export function ambiguityDecomposition(
  members: readonly ArrayLike<number>[],
  truth: ArrayLike<number>,
  { weights, counts }: { weights?: readonly number[]; counts?: (pixel: number) => boolean } = {},
): AmbiguityDecomposition {
  const share = weights ?? members.map(() => 1 / members.length);
  let memberError = 0, ambiguity = 0, ensembleError = 0, pixels = 0;
  for (let i = 0; i < truth.length; i++) {
    if (counts && !counts(i)) continue;
    const y = truth[i] > 0 ? 1 : 0;
    let average = 0;
    for (let m = 0; m < members.length; m++) average += share[m] * members[m][i];
    for (let m = 0; m < members.length; m++) {
      memberError += share[m] * (members[m][i] - y) ** 2;
      ambiguity += share[m] * (members[m][i] - average) ** 2;
    }
    ensembleError += (average - y) ** 2;
    pixels++;
  }
  return { memberError: memberError / pixels, ambiguity: ambiguity / pixels, ensembleError: ensembleError / pixels };
}
