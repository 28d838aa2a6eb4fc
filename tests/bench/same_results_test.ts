import assert from "node:assert/strict";
import { DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { findEntry } from "lib/nn/algorithms/choose_entry.ts";
import { measureModels } from "../../bench/algorithms/measure_models.ts";
import { measureWork } from "../../bench/algorithms/measure_work.ts";
import { differences, requireSameResults } from "../../bench/algorithms/same_results.ts";

Deno.test("results are compared by the length of their difference, each tensor by its own", () => {
  assert.deepEqual(differences([[3, 4]], [[3, 4]]), [0]);
  assert.deepEqual(differences([[0, 0]], [[0, 0]]), [0]);
  assert.deepEqual(differences([[1]], [[0]]), [Infinity]);
  assert.deepEqual(differences([[-3, 4], [300]], [[3, 4], [300]]), [6 / 5, 0], "a turned sign of a small tensor");
  assert.deepEqual(differences([[0.25], [1000]], [[0], [1000]]), [0.25, 0], "a tensor that is nearly 0");
  assert.throws(() => differences([[1]], [[1, 2]]), /1 results, 2 are expected/);
});

Deno.test("results that are too far in one tensor, or are none, are refused", () => {
  assert.equal(requireSameResults("a model", [0.1, 0.2], [0.1, 0.3]), 0.2);
  for (const wrong of [0.11, NaN, Infinity]) {
    const refusal = /^Error: a model: the results differ by .* of their size, and 0.10 is allowed/;
    assert.throws(() => requireSameResults("a model", [wrong, 0.2], [0.1, 0.3]), refusal);
  }
});

Deno.test("algorithms are measured that give the direct convolution's results, up to rounding", async () => {
  const work = { map: [1, 16, 24, 8], kernel: [3, 3, 8, 8], dilation: 1, kinds: [] } as const;
  for (const kind of ["inference", "forward", "inputGradient", "kernelGradient"] as const) {
    const points = await measureWork({ ...work, kinds: [kind] }, kind, 2);
    assert.ok(points.length > 0, kind);
    for (const { algorithm, speed } of points) assert.ok(speed.ratio > 0, algorithm);
    await assert.rejects(
      measureWork({ ...work, kinds: [kind] }, kind, 2, 0),
      /by \w+: the results differ by .*, and 0\.0 is allowed/,
    );
  }
});

Deno.test("models are measured with entries that give the same logits and gradients, up to rounding", async () => {
  const direct = findEntry(DIRECT), all: [number, null] = [0, null];
  const rule = { algorithm: "winograd2", inChannels: all, outChannels: all, pixels: all, inside: all } as const;
  const rules = { inference: [rule], forward: [rule], inputGradient: [rule], kernelGradient: [rule] };
  const entries = { before: direct, after: { ...direct, rules } };
  const options = { rounds: 1, models: ["pspnet"], shape: [4, 64, 64, 3] } as const;
  const measured = await Array.fromAsync(measureModels(entries, options));
  assert.deepEqual(measured.map(({ name }) => name), ["PSPNet, inference", "PSPNet, gradients"]);
  for (const { name, difference } of measured) {
    assert.ok(difference > 0, `${name}: Winograd's method rounds otherwise`);
    const strict = measureModels(entries, { ...options, works: [name.endsWith("gradients")], largest: difference / 2 });
    await assert.rejects(Array.fromAsync(strict), /^Error: PSPNet, .*: the results differ/);
  }
});
