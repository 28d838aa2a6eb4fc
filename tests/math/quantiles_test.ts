import assert from "node:assert/strict";
import { quantiles } from "lib/math/quantiles.ts";
import { Random } from "lib/math/random.ts";

const SHARES = [0, 0.01, 0.25, 0.5, 0.985, 0.998, 1];

/** By sorting. */
function expected(values: ArrayLike<number>): number[] {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return SHARES.map((share) => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]);
}

Deno.test("quantiles() are those of the sorted values, of whole numbers and in floating point", () => {
  const random = new Random(5);
  for (const length of [1, 2, 3, 500, 4001]) {
    const draws = Array.from({ length }, () => random.normal());
    const scales = [1, 1e-42, 1e38, -1e-3];
    for (const scale of scales) {
      const values = Float32Array.from(draws, (value) => scale * value);
      assert.deepEqual(quantiles(values, SHARES), expected(values), `${length} values times ${scale}`);
    }
    const bytes = Uint8Array.from(draws, (value) => 128 + 40 * value);
    assert.deepEqual(quantiles(bytes, SHARES), expected(bytes));
    const words = Uint16Array.from(draws, (value) => 30000 + 9000 * value);
    assert.deepEqual(quantiles(words, SHARES), expected(words));
  }
});

Deno.test("quantiles() tell values apart that differ in their last bit, whatever lies far away", () => {
  const step = 2 ** -23;
  const values = Float32Array.from({ length: 1000 }, (_, i) => 1 + (i % 100) * step);
  values[7] = 1e30;
  values[8] = -Infinity;
  assert.deepEqual(quantiles(values, SHARES), expected(values));
  assert.deepEqual(quantiles(values.subarray(100, 200), [0.5]), [1 + 49 * step]);
});
