import { normalQuantile } from "./normal_distribution.ts";

/** Returns the logarithm of the gamma function at x > 0 (Stirling's series, DLMF 5.11.1: exact to about 1e-14). */
function logGamma(x: number): number {
  // The series needs a large argument: Γ(x) = Γ(x + 1) / x.
  let product = 1;
  for (; x < 10; x++) product *= x;
  const square = 1 / (x * x);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** Returns the regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // The fraction converges fast below the distribution's mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const tiny = 1e-300, nonZero = (value: number) => Math.abs(value) < tiny ? tiny : value;
  let c = 1, d = 1 / nonZero(1 - (a + b) * x / (a + 1)), fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / nonZero(1 + term * d);
      c = nonZero(1 + term / c);
      step = c * d;
      fraction *= step;
    }
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return fraction * Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
}

/**
 * Returns a quantile of Student's t distribution, by Newton's method from the normal quantile: exact to about 1e-10 of its
 * value.
 *
 * @param p between 0 and 1
 * @param freedom degrees of freedom, at least 1 and not necessarily an integer
 */
export function studentQuantile(p: number, freedom: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  if (!(freedom >= 1 && p < 1)) return p === 1 ? Infinity : NaN;
  const logScale = logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - 0.5 * Math.log(freedom * Math.PI);
  let t = normalQuantile(p);
  // The distribution is concave above 0, so steps from below approach the quantile from below.
  for (let step = 0; step < 100; step++) {
    const above = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
    const density = Math.exp(logScale - (freedom + 1) / 2 * Math.log1p(t * t / freedom));
    const change = (above - (1 - p)) / density;
    t += change;
    if (Math.abs(change) < 1e-12 * (1 + t)) break;
  }
  return t;
}
