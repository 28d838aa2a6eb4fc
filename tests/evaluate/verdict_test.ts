import assert from "node:assert/strict";
import { differenceInterval, differenceVerdict, type Interval, judgeDifference, MARGIN } from "lib/evaluate";

const between = (low: number, high: number) => differenceVerdict({ low, high });

Deno.test("a difference is better above the margin, worse below minus the margin, and equivalent within", () => {
  assert.equal(between(0.011, 0.02), "better");
  assert.equal(between(-0.02, -0.011), "worse");
  assert.equal(between(-0.004, 0.009), "equivalent");
  assert.equal(between(0.001, 0.002), "equivalent");
});

Deno.test("an interval that ends at the margin is equivalent, and one that crosses it is inconclusive", () => {
  assert.equal(between(-MARGIN, MARGIN), "equivalent");
  assert.equal(between(MARGIN, MARGIN), "equivalent");
  assert.equal(between(MARGIN, 0.02), "inconclusive");
  assert.equal(between(-0.02, -MARGIN), "inconclusive");
  assert.equal(between(-0.001, MARGIN + 1e-9), "inconclusive");
  assert.equal(between(-0.03, 0.03), "inconclusive");
});

Deno.test("the verdict on a difference turns round with the methods", () => {
  const turned = { better: "worse", worse: "better", equivalent: "equivalent", inconclusive: "inconclusive" } as const;
  for (const [low, high] of [[0.02, 0.03], [-0.016, -0.009], [0.001, 0.002], [-0.01, 0.01], [0.01, 0.02]]) {
    assert.equal(between(-high, -low), turned[between(low, high)], `${low} to ${high}`);
  }
});

Deno.test("an interval without ends is inconclusive", () => {
  for (const [low, high] of [[NaN, NaN], [NaN, 0.001], [0.001, NaN], [-Infinity, Infinity]]) {
    assert.equal(between(low, high), "inconclusive", `${low} to ${high}`);
  }
});

Deno.test("another margin is in the unit of the difference", () => {
  assert.equal(differenceVerdict({ low: 0.2, high: 0.4 }, 0.1), "better");
  assert.equal(differenceVerdict({ low: -0.05, high: 0.4 }, 0.5), "equivalent");
});

Deno.test("a verdict on a method takes three trainings and an interval that covers 90 %", () => {
  const better = { estimate: 0.03, low: 0.02, high: 0.04, groups: 52 };
  const judge = (trainings: number, coverage: number) => judgeDifference({ ...better, trainings, coverage });
  const few = { here: "better", method: "undecided", reason: "trainings" };
  assert.deepEqual(judge(1, 0.95), few);
  assert.deepEqual(judge(2, 0.95), few);
  assert.deepEqual(judge(2, 0.5), few);
  assert.deepEqual(judge(3, 0.899), { here: "better", method: "undecided", reason: "coverage" });
  assert.deepEqual(judge(3, 0.9), { here: "better", method: "better" });
  // A coverage that was not measured, or is missing, is not enough.
  assert.deepEqual(judge(5, NaN), { here: "better", method: "undecided", reason: "coverage" });
  assert.deepEqual(judgeDifference({ ...better, trainings: 5 } as Interval).reason, "coverage");
  assert.deepEqual(judge(NaN, 0.95), few);
  assert.deepEqual(judgeDifference(better as Interval), few);
  const unknown = { estimate: NaN, low: NaN, high: NaN, groups: 9, trainings: 5, coverage: 0.94 };
  assert.deepEqual(judgeDifference(unknown), { here: "inconclusive", method: "inconclusive" });
});

Deno.test("the difference of two independent estimates has the interval of their added variances", () => {
  // Two normal means: ends at 1.96 standard errors of 3 and 4, which make 5.
  const normal = (estimate: number, error: number, groups: number, trainings: number, coverage: number) => ({
    estimate,
    low: estimate - 1.96 * error,
    high: estimate + 1.96 * error,
    groups,
    trainings,
    coverage,
  });
  const { estimate, low, high, ...from } = differenceInterval(normal(10, 3, 20, 1, 0.94), normal(2, 4, 30, 5, 0.92));
  assert.ok(Math.abs(estimate - 8) < 1e-12 && Math.abs(low - (8 - 9.8)) < 1e-12 && Math.abs(high - 17.8) < 1e-12);
  assert.deepEqual(from, { groups: 20, trainings: 1, coverage: 0.92 });
  // A skewed interval keeps its longer side.
  const skewed = differenceInterval({ ...normal(10, 3, 20, 1, 0.94), low: 10 }, {
    ...normal(2, 4, 30, 5, 0.92),
    high: 2,
  });
  assert.ok(skewed.low === 8 && Math.abs(skewed.high - 17.8) < 1e-12);
});
