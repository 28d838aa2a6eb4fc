import assert from "node:assert/strict";
import { clusterInterval } from "lib/evaluate/cluster_interval.ts";
import { addVariances } from "lib/evaluate/cluster_variance.ts";
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
