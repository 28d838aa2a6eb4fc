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
  let heaviest = 0;
  for (let i = 1; i < count; i++) if (weights[i] > weights[heaviest]) heaviest = i;
  let centre = 0, rest = 0, restSquares = 0, fourths = 0;
  for (let i = 0; i < count; i++) {
    const w = weights[i];
    centre += w * values[i];
    fourths += w ** 4;
    if (i === heaviest) continue;
    rest += w;
    restSquares += w * w;
  }
  const most = weights[heaviest], squares = most ** 2 + restSquares;
  // The variance is Σ cᵢ (vᵢ − centre)², a quadratic form of the values. The cᵢ divide by the expected squares. A weight
  // near 1 would leave rounding errors of 1 − 2w + Σw², so the heaviest value counts apart.
  const heavy = most ** 2 / (rest ** 2 + restSquares);
  let variance = heavy * (values[heaviest] - centre) ** 2, heavyPairs = 0;
  let c = 0, cw = 0, cw2 = 0, diagonal = 0;
  for (let i = 0; i < count; i++) {
    if (i === heaviest) continue;
    const w = weights[i], each = w * w / (1 - 2 * w + squares);
    variance += each * (values[i] - centre) ** 2;
    heavyPairs += heavy * each * (restSquares - most * rest - w) ** 2;
    c += each;
    cw += each * w;
    cw2 += each * w * w;
    diagonal += (each * (squares - 2 * w)) ** 2;
  }
  // The trace of the form's matrix is Σw²; that of its square is Σᵢⱼ cᵢcⱼ (δᵢⱼ − wᵢ − wⱼ + Σw²)² (Satterthwaite 1946).
  const pairs = (c * squares) ** 2 + 2 * c * cw2 - 4 * c * cw * squares + 2 * cw ** 2 - diagonal;
  const freedom = squares ** 2 / (fourths + pairs + 2 * heavyPairs);
  // The quotient is at least 1, but for rounding: with two values it is 1.
  return { variance, freedom: Math.max(1, freedom) };
}

/** Adds the variances of independent parts of an estimate (Satterthwaite 1946). */
export function addVariances(...parts: readonly EstimatedVariance[]): EstimatedVariance {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  // Without any spread every number of degrees is as good.
  if (!(variance > 0)) return { variance, freedom: parts[0].freedom };
  const freedom = 1 / parts.reduce((sum, part) => sum + (part.variance / variance) ** 2 / part.freedom, 0);
  // It is at least the smallest of the parts, but for rounding.
  return { variance, freedom: Math.max(freedom, Math.min(...parts.map((part) => part.freedom))) };
}
