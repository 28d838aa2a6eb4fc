/** Rounds a number to six significant digits, as `analysis.json` and `scores.csv` have it. Integers keep all digits. */
export function sixDigits(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
