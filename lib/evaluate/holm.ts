/** Corrects p values for multiple testing (Holm 1979); returns them in the given order. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const out = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach(({ p, i }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    out[i] = largest;
  });
  return out;
}
