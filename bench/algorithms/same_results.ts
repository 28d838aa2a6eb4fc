/**
 * Returns how far each tensor is from the one that is expected: the length of the difference, divided by that of what is expected.
 * Tensors that are less than a thousandth as long as the longest count as a thousandth: they are differences of numbers that
 * nearly cancel. 0 is equal; with NaN among the results it is NaN.
 */
export function differences(results: readonly ArrayLike<number>[], expected: readonly ArrayLike<number>[]): number[] {
  const lengths = expected.map(length), least = Math.max(...lengths) / 1000;
  return expected.map((tensor, i) => {
    if (results[i].length !== tensor.length) {
      throw new Error(`${results[i].length} results, ${tensor.length} are expected`);
    }
    let sum = 0;
    for (let at = 0; at < tensor.length; at++) sum += (results[i][at] - tensor[at]) ** 2;
    return sum === 0 ? 0 : Math.sqrt(sum) / Math.max(lengths[i], least);
  });
}

function length(tensor: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < tensor.length; i++) sum += tensor[i] ** 2;
  return Math.sqrt(sum);
}

/**
 * Refuses results that are farther than this from what is expected: wrong ones must not become a rule, however fast they are.
 *
 * @param what computed them
 * @param found {@linkcode differences} of the results
 * @param allowed the largest that are allowed
 * @returns the largest difference
 * @throws {Error} if one is larger than allowed, or NaN.
 */
export function requireSameResults(what: string, found: readonly number[], allowed: readonly number[]): number {
  const wrong = found.findIndex((difference, i) => !(difference <= allowed[i]));
  if (wrong < 0) return Math.max(...found);
  throw new Error(
    `${what}: the results differ by ${found[wrong].toPrecision(2)} of their size, and ${
      allowed[wrong].toPrecision(2)
    } is allowed. ` +
      "This is an error in the code that computes them: nothing is written",
  );
}
