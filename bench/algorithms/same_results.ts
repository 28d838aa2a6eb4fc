/**
 * Returns how far results are from those that are expected: the length of the difference, divided by that of the expected
 * results. 0 is equal; with NaN among the results it is NaN.
 */
export function relativeDifference(results: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (results.length !== expected.length) {
    throw new Error(`${results.length} results, ${expected.length} are expected`);
  }
  let difference = 0, size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (results[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

/**
 * Throws an `Error` if results are farther than this from those that are expected: wrong results must not become a rule, however
 * fast they are.
 *
 * @param what computed them
 * @returns the difference
 */
export function requireSameResults(
  what: string,
  results: ArrayLike<number>,
  expected: ArrayLike<number>,
  largest: number,
): number {
  const difference = relativeDifference(results, expected);
  if (difference <= largest) return difference;
  throw new Error(
    `${what}: the results differ by ${difference.toPrecision(2)} of their size, ${largest} is allowed. ` +
      "This is an error in the code that computes them: nothing is written",
  );
}
