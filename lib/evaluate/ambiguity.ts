/** The Brier score of an averaged prediction, taken apart. */
export interface AmbiguityDecomposition {
  /** Weighted mean of the members' Brier scores. */
  memberError: number;
  /** Weighted mean squared distance of the members from their average. */
  ambiguity: number;
  /** Brier score of the average: the members' error less the ambiguity, exactly. */
  ensembleError: number;
}

/**
 * The ambiguity decomposition (Krogh & Vedelsby 1995): an average is better than its members, in the mean, by what they
 * differ from it.
 *
 * @param members probability maps, one after the other
 * @param truth 0 or 1, or larger for foreground
 * @param weights of the members, of sum 1. Default: equal.
 * @param counts which pixels count. Default: all.
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
