import assert from "node:assert/strict";
import { measureWork } from "../../bench/algorithms/measure_work.ts";
import { relativeDifference, requireSameResults } from "../../bench/algorithms/same_results.ts";

Deno.test("results are compared by the length of their difference", () => {
  assert.equal(relativeDifference([3, 4], [3, 4]), 0);
  assert.equal(relativeDifference([0, 0], [0, 0]), 0);
  assert.equal(relativeDifference([3, 5], [3, 4]), 1 / 5);
  assert.equal(relativeDifference([1], [0]), Infinity);
  assert.throws(() => relativeDifference([1], [1, 2]), /1 results, 2 are expected/);
});

Deno.test("an algorithm with wrong results, or with none, is refused", () => {
  assert.equal(requireSameResults("a model", [3, 4.1], [3, 4], 0.05), relativeDifference([3, 4.1], [3, 4]));
  for (const wrong of [4.3, NaN, Infinity]) {
    assert.throws(
      () => requireSameResults("a model", [3, wrong], [3, 4], 0.05),
      /^Error: a model: the results differ by/,
    );
  }
});

Deno.test("algorithms that give the direct convolution's results are measured", async () => {
  const work = { map: [1, 16, 24, 8], kernel: [3, 3, 8, 8], dilation: 1, kinds: [] } as const;
  for (const kind of ["inference", "forward", "inputGradient", "kernelGradient"] as const) {
    const points = await measureWork({ ...work, kinds: [kind] }, kind, 2);
    assert.ok(points.length > 0, kind);
    for (const { algorithm, speed } of points) assert.ok(speed.ratio > 0, algorithm);
  }
});
