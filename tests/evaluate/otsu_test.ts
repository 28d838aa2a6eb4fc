import assert from "node:assert/strict";
import { otsuThreshold } from "lib";
import { allForeground, otsuBaseline } from "lib/evaluate";

Deno.test("otsuThreshold() separates two classes", () => {
  const values = [...Array(50).fill(10), ...Array(50).fill(12), ...Array(30).fill(200)];
  const threshold = otsuThreshold(values);
  assert.ok(threshold > 12 && threshold < 200);
  assert.equal(otsuThreshold([5, 5, 5]), 5);
});

Deno.test("otsuThreshold() finds scikit-image's threshold", () => {
  // skimage.filters.threshold_otsu(np.arange(256) ** 2 / 255.0) is a bin's centre;
  // the same cut lies at that bin's upper edge here.
  const values = Array.from({ length: 256 }, (_, i) => i * i / 255);
  const binWidth = 255 / 256;
  assert.ok(Math.abs(otsuThreshold(values) - (SKIMAGE + binWidth / 2)) < 1e-6);
});

/** Printed by scikit-image 0.26.0. */
const SKIMAGE = 105.087890625;

Deno.test("otsuBaseline() takes the darker class on a bright ground", () => {
  const image = (
    data: number[],
  ) => ({ width: 3, height: 2, channels: 1, bits: 8, data: Uint8Array.from(data) } as const);
  assert.deepEqual([...otsuBaseline(image([0, 0, 0, 0, 200, 210]))], [0, 0, 0, 0, 1, 1]);
  assert.deepEqual([...otsuBaseline(image([250, 251, 250, 251, 20, 10]))], [0, 0, 0, 0, 1, 1]);
  assert.deepEqual([...allForeground(image([0, 0, 0, 0, 0, 0]))], [1, 1, 1, 1, 1, 1]);
});
