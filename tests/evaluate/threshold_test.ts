import assert from "node:assert/strict";
import { tuneThreshold } from "lib/evaluate/threshold.ts";
import { countPixels, scoreImages } from "lib/evaluate/metrics.ts";
import { noise } from "../fixtures/formula.ts";

const masks = [0, 1, 2].map((i) => Float32Array.from(noise(`mask ${i}`, 900), (u) => Number(u > 0.3 * i)));
const maps = masks.map((mask, i) => {
  const u = noise(`map ${i}`, mask.length);
  return Float32Array.from(mask, (inside, at) => Math.min(1, Math.max(0, 0.25 + 0.3 * inside + 0.25 * u[at])));
});

Deno.test("tuneThreshold() scores each threshold as countPixels() does, and takes the best", () => {
  const { dice, curve } = tuneThreshold(maps, masks, "one");
  for (const point of curve) {
    const counts = maps.map((map, i) => countPixels(map, masks[i], point.threshold));
    assert.equal(point.dice, scoreImages(counts, "one").dice, `at ${point.threshold}`);
  }
  assert.equal(dice, Math.max(...curve.map((point) => point.dice)));
});

Deno.test("between equal thresholds the one nearest to a half wins", () => {
  assert.equal(tuneThreshold([[0, 0.9]], [[0, 1]]).threshold, 0.5);
  assert.equal(tuneThreshold([[0, 0.2]], [[0, 1]]).threshold, 0.19);
  assert.throws(() => tuneThreshold([[0]], [[0, 1]]), /A map of 1 pixels cannot be compared with a mask of 2/);
});
