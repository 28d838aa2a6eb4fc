/** The largest numerator or denominator in a TIFF. */
const LARGEST = 2 ** 32 - 1;

/** Returns the fraction nearest to a positive number, within TIFF's 32 bits (its continued fraction). */
export function nearestFraction(value: number): [numerator: number, denominator: number] {
  let [before, beforeBelow, top, below] = [0, 1, 1, 0];
  for (let rest = value;;) {
    const whole = Math.floor(rest);
    const [nextTop, nextBelow] = [whole * top + before, whole * below + beforeBelow];
    if (nextTop > LARGEST || nextBelow > LARGEST) break;
    [before, beforeBelow, top, below] = [top, below, nextTop, nextBelow];
    // The fraction is exact, but for rounding.
    if (Math.abs(top / below - value) <= Number.EPSILON * value) break;
    rest = 1 / (rest - whole);
  }
  return [top, below];
}
