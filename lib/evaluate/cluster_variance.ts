/** The variance of an estimate, and the degrees of freedom of its estimate. */
export interface EstimatedVariance {
  variance: number;
  freedom: number;
}

/**
 * Estimates the variance of a weighted mean of independent values, here of the means of groups. It is unbiased, and its
 * degrees of freedom are right, if the values have one variance (Bell & McCaffrey 2002, with each group as one
 * observation). With equal weights it is the variance of a mean, with one degree of freedom less than there are values.
 *
 * @param values two values or more
 * @param weights their weights, with a sum of 1
 */
export function weightedMeanVariance(values: ArrayLike<number>, weights: ArrayLike<number>): EstimatedVariance {
  const count = values.length;
  let centre = 0, squares = 0;
  for (let i = 0; i < count; i++) {
    centre += weights[i] * values[i];
    squares += weights[i] ** 2;
  }
  // The variance is Σ cᵢ (vᵢ − centre)², a quadratic form of the values. The cᵢ divide by the expected squares.
  let variance = 0, c = 0, c2 = 0, cw = 0, cw2 = 0, c2w = 0;
  for (let i = 0; i < count; i++) {
    const w = weights[i], each = w * w / (1 - 2 * w + squares);
    variance += each * (values[i] - centre) ** 2;
    c += each;
    c2 += each * each;
    cw += each * w;
    cw2 += each * w * w;
    c2w += each * each * w;
  }
  // The traces of the form's matrix and of its square (Satterthwaite 1946).
  const trace = c - 2 * cw + c * squares;
  const square = c2 + 2 * (c2 * squares + cw ** 2 + c * cw2) - 4 * (c2w + c * cw * squares) + (c * squares) ** 2;
  return { variance, freedom: trace ** 2 / square };
}

/** Adds the variances of independent parts of an estimate (Satterthwaite 1946). */
export function addVariances(...parts: readonly EstimatedVariance[]): EstimatedVariance {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const freedom = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  // Without any spread every number of degrees is as good.
  return { variance, freedom: variance > 0 ? freedom : parts[0].freedom };
}
