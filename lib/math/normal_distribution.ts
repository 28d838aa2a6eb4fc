/**
 * Returns a quantile of the standard normal distribution (Acklam's rational approximation and one step of Halley's
 * method: exact to about 1e-15).
 *
 * @param p between 0 and 1
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const x = roughQuantile(p);
  const error = normalCdf(x) - p, step = error * Math.sqrt(2 * Math.PI) * Math.exp(x * x / 2);
  return x - step / (1 + x * step / 2);
}

const A = [
  -39.69683028665376,
  220.9460984245205,
  -275.9285104469687,
  138.357751867269,
  -30.66479806614716,
  2.506628277459239,
];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
const C = [
  -0.007784894002430293,
  -0.3223964580411365,
  -2.400758277161838,
  -2.549732539343734,
  4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

const polynomial = (coefficients: readonly number[], x: number) => coefficients.reduce((sum, c) => sum * x + c, 0);

function roughQuantile(p: number): number {
  if (p > 0.5) return -roughQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(C, q) / polynomial([...D, 1], q);
  }
  const q = p - 0.5, r = q * q;
  return polynomial(A, r) * q / polynomial([...B, 1], r);
}

/** Returns the cumulative distribution function of the standard normal distribution at x. */
export function normalCdf(x: number): number {
  return x < 0 ? 0.5 * upperTail(-x) : 1 - 0.5 * upperTail(x);
}

/** Returns twice the upper tail at x ≥ 0: erfc(x / √2), by its series near 0 and its continued fraction beyond. */
function upperTail(x: number): number {
  const z = x / Math.SQRT2;
  if (z < 2.5) {
    let term = z, sum = z;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -z * z / n;
      sum += term / (2 * n + 1);
    }
    return 1 - 2 / Math.sqrt(Math.PI) * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (z + fraction);
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
}
