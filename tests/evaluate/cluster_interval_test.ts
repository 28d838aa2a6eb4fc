import assert from "node:assert/strict";
import { clusterInterval } from "lib/evaluate/cluster_interval.ts";
import { comparePaired, compareUnpaired } from "lib/evaluate/paired_comparison.ts";
import { addVariances, weightedMeanVariance } from "lib/evaluate/cluster_variance.ts";
import { Random } from "lib/math/random.ts";

/** What SciPy and NumPy compute: see make_interval_fixtures.py. */
const fixtures = JSON.parse(await Deno.readTextFile(new URL("../fixtures/intervals.json", import.meta.url)));
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-9, `${a} instead of ${b}`);
const width = ({ low, high }: { low: number; high: number }) => high - low;

Deno.test("the interval over groups of one size is SciPy's t interval of their means", () => {
  for (const { values, groups, low, high } of fixtures.equal) {
    const interval = clusterInterval([values], groups);
    near(interval.low, low);
    near(interval.high, high);
    assert.deepEqual([interval.groups, interval.trainings], [new Set(groups).size, 1]);
  }
});

Deno.test("the interval over unequal groups is that of the quadratic form's matrix", () => {
  for (const { values, groups, low, high } of fixtures.unequal) {
    const interval = clusterInterval([values], groups);
    near(interval.low, low);
    near(interval.high, high);
  }
});

Deno.test("the interval over groups and trainings adds both variances, as Welch's test does", () => {
  for (const { values, groups, low, high } of fixtures.trainings) {
    const interval = clusterInterval(values, groups);
    near(interval.low, low);
    near(interval.high, high);
    assert.equal(interval.trainings, values.length);
  }
  const { variances, freedoms, freedom } = fixtures.welch;
  near(
    addVariances(...variances.map((variance: number, i: number) => ({ variance, freedom: freedoms[i] }))).freedom,
    freedom,
  );
});

Deno.test("trainings without pairs are compared as by Welch's test, with the variance over groups added", () => {
  const { unpaired, crossed } = fixtures;
  const constant = (values: number[]) => values.map((value) => [value, value, value]);
  const welch = compareUnpaired(constant(unpaired.ours), constant(unpaired.theirs), ["a", "b", "c"]).difference;
  near(welch.low, unpaired.low);
  near(welch.high, unpaired.high);
  assert.equal(welch.trainings, 3);
  const { ours, theirs, groups } = crossed, { difference } = compareUnpaired(ours, theirs, groups);
  near(difference.low, crossed.low);
  near(difference.high, crossed.high);
  // With one training of a method, the interval is that of the networks' mean scores.
  const single = compareUnpaired(ours, [theirs[0]], groups).difference;
  const average = groups.map((_: string, i: number) => (ours[0][i] + ours[1][i] + ours[2][i] + ours[3][i]) / 4);
  near(single.low, comparePaired([average], [theirs[0]], groups).difference.low);
  assert.equal(single.trainings, 1);
});

Deno.test("a comparison needs as many values as images, and pairs need as many trainings", () => {
  const groups = ["a", "b"], row = [1, 2];
  assert.throws(() => comparePaired([row], [[1, 2, 3]], groups), {
    name: "RangeError",
    message: /^3 values for 2 images/,
  });
  assert.throws(() => comparePaired([[1]], [row], groups), { name: "RangeError", message: /^1 values for 2 images/ });
  assert.throws(() => comparePaired([row, row], [row], groups), {
    name: "RangeError",
    message: /^2 trainings .* with 1/,
  });
  assert.throws(() => comparePaired([], [], groups), { name: "RangeError", message: /no training/ });
  assert.throws(() => compareUnpaired([row], [[1]], groups), { name: "RangeError", message: /^1 values for 2 images/ });
});

Deno.test("images of one group count as one observation, and trainings that differ widen the interval", () => {
  const random = new Random(5), values: number[] = [], groups: string[] = [];
  for (let g = 0; g < 20; g++) {
    const level = random.normal();
    for (let i = 0; i < 10; i++) {
      values.push(level + 0.1 * random.normal());
      groups.push(`g${g}`);
    }
  }
  const honest = width(clusterInterval([values], groups));
  assert.ok(honest > 2 * width(clusterInterval([values], values.map((_, i) => `g${i}`))));
  const trainings = [values, values.map((value) => value + 1), values.map((value) => value - 1)];
  assert.ok(width(clusterInterval(trainings, groups)) > 2 * honest);
  // Equal trainings add nothing.
  assert.ok(Math.abs(width(clusterInterval([values, values], groups)) - honest) < 1e-9);
});

Deno.test("two groups of any sizes have one degree of freedom and an interval with ends", () => {
  for (let first = 1; first <= 60; first++) {
    for (let second = 1; second <= 60; second++) {
      const groups = [...Array(first).fill("a"), ...Array(second).fill("b")];
      const values = groups.map((_, i) => Math.sin(1.3 * i + first));
      const { estimate, low, high } = clusterInterval([values], groups);
      assert.ok(low < estimate && estimate < high, `${first} and ${second} images`);
    }
  }
});

Deno.test("a group with nearly all images leaves the degrees of freedom right", () => {
  // The trace of the matrix and that of its square, term by term.
  const exact = (weights: number[]) => {
    const squares = weights.reduce((sum, w) => sum + w * w, 0);
    const others = (i: number, j: number) => weights.reduce((sum, w, k) => k === i || k === j ? sum : sum + w, 0);
    // 1 − 2wᵢ + Σw², and Σw² − wᵢ − wⱼ, without differences of nearly equal numbers.
    const form = weights.map((w, i) =>
      w * w / weights.reduce((sum, v, k) => k === i ? sum : sum + v * v, others(i, i) ** 2)
    );
    let square = 0;
    weights.forEach((w, i) =>
      weights.forEach((v, j) => {
        const rest = weights.reduce((sum, u, k) => k === i || k === j ? sum : sum + u * u, 0);
        square += i === j ? w ** 4 : form[i] * form[j] * (rest - w * (v + others(i, j)) - v * (w + others(i, j))) ** 2;
      })
    );
    return squares ** 2 / square;
  };
  for (const sizes of [[100000, 1, 1], [1e7, 1, 1, 1], [1000, 1, 1, 1, 1], [5, 4, 3, 2, 1], [9, 9, 9]]) {
    const total = sizes.reduce((a, b) => a + b), weights = sizes.map((size) => size / total);
    const { freedom } = weightedMeanVariance(sizes.map((_, i) => i), weights);
    assert.ok(freedom >= 1 && Math.abs(freedom / exact(weights) - 1) < 1e-9, `${sizes}: ${freedom}`);
  }
  const groups = ["b", "c", ...Array(100000).fill("a")];
  const { low, high } = clusterInterval([groups.map((group) => group === "a" ? 0.9 : 0.5)], groups);
  assert.ok(low < 0.9 && 0.9 < high);
});

Deno.test("added variances have no fewer degrees of freedom than their parts", () => {
  for (let i = 1; i < 2000; i++) {
    const freedom =
      addVariances({ variance: 1e-200 * i, freedom: 1 }, { variance: 1e-17 * (i % 7), freedom: 1 }).freedom;
    assert.ok(freedom >= 1 && freedom <= 2, `${freedom}`);
  }
});

Deno.test("an interval of equal values has no width, and one group or values without a group have no interval", () => {
  const { estimate, low, high } = clusterInterval([[0.5, 0.5, 0.5]], ["a", "b", "b"]);
  assert.deepEqual([estimate, low, high], [0.5, 0.5, 0.5]);
  assert.throws(() => clusterInterval([[1, 2]], ["a"]), /2 values for 1 images/);
  assert.throws(() => clusterInterval([], ["a"]), /0 values for 1 images/);
  assert.throws(() => clusterInterval([[1, 2]], ["a", "a"]), /two groups or more/);
});

/** Draws skewed values of unequal groups with mean 1, and trainings with mean 0. */
function draw(random: Random, count: number, trainings: number) {
  const groups: string[] = [], shared: number[] = [];
  for (let g = 0; g < count; g++) {
    const level = -Math.log(1 - random.next());
    for (let i = random.integer(6); i >= 0; i--) {
      shared.push(level + 0.3 * random.normal());
      groups.push(`g${g}`);
    }
  }
  const values = Array.from({ length: trainings }, () => {
    const shift = trainings > 1 ? 0.5 * random.normal() : 0;
    return shared.map((value) => value + shift);
  });
  return { values, groups };
}

Deno.test("intervals of skewed values hold the truth in 91 to 98 of 100 draws of 40 unequal groups", () => {
  const share = (trainings: number, seed: number) => {
    const random = new Random(seed);
    let held = 0;
    for (let simulation = 0; simulation < 2000; simulation++) {
      const { values, groups } = draw(random, 40, trainings), { low, high } = clusterInterval(values, groups);
      if (low <= 1 && 1 <= high) held++;
    }
    return held / 2000;
  };
  for (const trainings of [1, 3, 5]) {
    const held = share(trainings, trainings);
    assert.ok(held >= 0.91 && held <= 0.98, `${held} with ${trainings} trainings`);
  }
});
