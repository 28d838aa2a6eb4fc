import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { clusterInterval, pooledDifference, pooledInterval, pooledScore, type PooledTerms } from "lib/evaluate";
import { Random } from "lib/math/random.ts";

interface Judged {
  groups: string[];
  estimate: number;
  low: number;
  high: number;
  /** Standard error, and that of a jackknife that leaves out one group. */
  error: number;
  jackknife: number;
}
interface Fixtures {
  equal: (Pick<Judged, "groups" | "low" | "high"> & { terms: PooledTerms[] })[];
  unequal: (Judged & { terms: PooledTerms[] })[];
  differences: (Judged & { ours: PooledTerms[]; theirs: PooledTerms[] })[];
  made: { versions: Record<string, string>; sha256: string };
}

const folder = new URL("../fixtures/", import.meta.url);
/** What SciPy and NumPy compute: see make_pooled_fixtures.py. */
const fixtures: Fixtures = JSON.parse(await Deno.readTextFile(new URL("pooled.json", folder)));
const near = (a: number, b: number, tolerance = 1e-7) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} instead of ${b}`);

Deno.test("the fixtures are of the script that makes them", async () => {
  const script = await Deno.readFile(new URL("make_pooled_fixtures.py", folder));
  assert.equal(createHash("sha256").update(script).digest("hex"), fixtures.made.sha256);
});

Deno.test("the interval of a pooled score over groups of one size is SciPy's t interval of their ratios", () => {
  for (const { terms, groups, low, high } of fixtures.equal) {
    const interval = pooledInterval(terms, groups);
    near(interval.low, low);
    near(interval.high, high);
    assert.deepEqual([interval.groups, interval.trainings], [new Set(groups).size, 1]);
    assert.ok(Number.isNaN(interval.coverage));
  }
});

Deno.test("intervals of pooled scores and their differences over unequal groups are those of numerical derivatives", () => {
  const judged = [
    ...fixtures.unequal.map((each) => ({ ...each, interval: pooledInterval(each.terms, each.groups) })),
    ...fixtures.differences.map((each) => ({
      ...each,
      interval: pooledDifference(each.ours, each.theirs, each.groups),
    })),
  ];
  for (const { interval, estimate, low, high } of judged) {
    near(interval.estimate, estimate);
    near(interval.low, low);
    near(interval.high, high);
  }
  // With many groups the jackknife has the same standard error.
  for (const { groups, error, jackknife } of judged) {
    if (new Set(groups).size === 40) near(error / jackknife, 1, 0.05);
  }
});

Deno.test("with wholes of 1 a pooled score is the mean over images, with the same interval", () => {
  const values = [0.9, 0.7, 0.2, 0.6, 0.8, 0.5], groups = ["a", "a", "b", "c", "c", "c"];
  const pooled = pooledInterval([{ parts: values, wholes: values.map(() => 1) }], groups);
  const expected = clusterInterval([values], groups);
  near(pooled.estimate, expected.estimate, 1e-12);
  near(pooled.low, expected.low, 1e-12);
  near(pooled.high, expected.high, 1e-12);
});

Deno.test("groups without objects change nothing, and less than two groups with objects have no interval", () => {
  const terms = { parts: [3, 5, 0, 8], wholes: [4, 9, 0, 10] };
  const interval = pooledInterval([terms], ["a", "b", "c", "d"]);
  const without = pooledInterval([{ parts: [3, 5, 8], wholes: [4, 9, 10] }], ["a", "b", "d"]);
  assert.deepEqual(interval, without);
  const { estimate, low, groups } = pooledInterval([{ parts: [3, 0], wholes: [4, 0] }], ["a", "b"]);
  assert.deepEqual([estimate, low, groups], [0.75, NaN, 1]);
  assert.equal(pooledScore({ parts: [0, 0], wholes: [0, 0] }), 1);
});

Deno.test("an interval of terms of another length, without terms or of one group is refused", () => {
  const terms = [{ parts: [1, 2], wholes: [2, 2] }];
  assert.throws(
    () => pooledInterval(terms, ["a", "b", "c"]),
    /^RangeError: 2 values for 3 images: give one per image$/,
  );
  assert.throws(() => pooledDifference(terms, [{ parts: [1], wholes: [1, 2] }], ["a", "b"]), /1 values for 2 images/);
  assert.throws(() => pooledInterval([], ["a", "b"]), /No terms are given/);
  assert.throws(() => pooledInterval(terms, ["a", "a"]), /two groups or more, not 1/);
});

Deno.test("intervals of pooled scores hold the truth in 91 to 98 of 100 draws of 40 groups with unequal objects", () => {
  const random = new Random(8);
  let held = 0;
  for (let draw = 0; draw < 1000; draw++) {
    const groups: string[] = [], parts: number[] = [], wholes: number[] = [];
    for (let g = 0; g < 40; g++) {
      // The share of matched objects does not depend on their number; its mean is 0.6.
      const level = 0.6 + 0.4 * (random.next() - 0.5);
      for (let i = random.integer(4); i >= 0; i--) {
        const objects = 1 + Math.floor(-20 * Math.log(1 - random.next()));
        let matched = 0;
        for (let k = 0; k < objects; k++) if (random.next() < level) matched++;
        groups.push(`g${g}`);
        parts.push(matched);
        wholes.push(objects);
      }
    }
    const { low, high } = pooledInterval([{ parts, wholes }], groups);
    if (low <= 0.6 && 0.6 <= high) held++;
  }
  assert.ok(held >= 910 && held <= 980, `${held} of 1000`);
});
