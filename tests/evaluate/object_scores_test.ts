import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { compareObjects, scoreObjects } from "lib/evaluate";
import { maximumAssignment } from "lib/evaluate/assignment.ts";
import { averagePrecision, meanAveragePrecision } from "lib/evaluate/compare_objects.ts";

interface SetScores {
  precision: number;
  recall: number;
  accuracy: number;
  f1: number;
  panoptic_quality: number;
}
interface Fixtures {
  script: string;
  versions: Record<string, string>;
  thresholds: number[];
  images: {
    width: number;
    truth: string;
    predicted: string;
    /** True and false positives, false negatives, panoptic quality, at each threshold. */
    stardist: [number, number, number, number][];
    cellpose: { precisions: (number | null)[]; tp: number[]; aggregatedJaccard: number | null };
  }[];
  pooled: SetScores[];
  byImage: SetScores[];
}

const folder = new URL("../fixtures/", import.meta.url);
/** What StarDist and Cellpose compute: see make_matching_fixtures.py. */
const fixtures: Fixtures = JSON.parse(await Deno.readTextFile(new URL("matching.json", folder)));
const { thresholds } = fixtures;
const digits = (text: string) => Array.from(text, (digit) => parseInt(digit, 36));
const near = (value: number, expected: number | null, what = "") =>
  assert.ok(
    expected === null ? Number.isNaN(value) : Math.abs(value - expected) < 1e-6,
    `${what} ${value} instead of ${expected}`,
  );
const compared = fixtures.images.map(({ truth, predicted }) =>
  compareObjects(digits(truth), digits(predicted), thresholds)
);

Deno.test("the fixtures are of the script that makes them, StarDist 0.9.2 and Cellpose 4", async () => {
  const script = await Deno.readFile(new URL("make_matching_fixtures.py", folder));
  assert.equal(createHash("sha256").update(script).digest("hex"), fixtures.script);
  assert.equal(fixtures.versions.stardist, "0.9.2");
  assert.match(fixtures.versions.cellpose, /^4\./);
});

Deno.test("matches and panoptic quality of an image are StarDist's at every threshold, also below 0.5", () => {
  fixtures.images.forEach(({ stardist }, i) => {
    stardist.forEach(([tp, fp, fn, quality], k) => {
      const { truePositive, falsePositive, falseNegative, iouSum } = compared[i].counts[k];
      assert.deepEqual([truePositive, falsePositive, falseNegative], [tp, fp, fn], `image ${i} at ${thresholds[k]}`);
      const whole = tp + fp / 2 + fn / 2;
      near(whole ? iouSum / whole : 0, quality, `image ${i} at ${thresholds[k]}`);
    });
  });
});

Deno.test("average precision and aggregated Jaccard index of an image are Cellpose's", () => {
  fixtures.images.forEach(({ cellpose }, i) => {
    assert.deepEqual(compared[i].counts.map(({ truePositive }) => truePositive), cellpose.tp);
    cellpose.precisions.forEach((value, k) => near(averagePrecision(compared[i].counts[k]), value));
    near(compared[i].aggregatedJaccard, cellpose.aggregatedJaccard, `image ${i}`);
  });
});

Deno.test("scores of a set are StarDist's, pooled and by image", () => {
  thresholds.forEach((_, k) => {
    const at = compared.map((image) => ({ ...image, counts: [image.counts[k]] }));
    const pooled = scoreObjects(at), byImage = scoreObjects(at, "zero");
    near(pooled.precision, fixtures.pooled[k].precision);
    near(pooled.recall, fixtures.pooled[k].recall);
    near(pooled.f1, fixtures.pooled[k].f1);
    near(pooled.panopticQuality, fixtures.pooled[k].panoptic_quality);
    near(pooled.pooledPrecisions[0], fixtures.pooled[k].accuracy);
    near(byImage.imagePrecisions[0], fixtures.byImage[k].accuracy);
  });
});

Deno.test("an assignment has the largest sum of all assignments", () => {
  const permutations = (items: number[]): number[][] =>
    items.length < 2
      ? [items]
      : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
  let state = 5;
  const next = () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) >>> 28;
  for (const [rows, columns] of [[1, 1], [3, 3], [3, 6], [5, 5], [6, 4], [0, 3]]) {
    for (let trial = 0; trial < 20; trial++) {
      const weights = Array.from({ length: rows }, () => Array.from({ length: columns }, next));
      const side = Math.max(rows, columns), indices = Array.from({ length: side }, (_, i) => i);
      const best = Math.max(
        ...permutations(indices).map((order) => order.reduce((sum, j, i) => sum + (weights[i]?.[j] ?? 0), 0)),
      );
      const found = maximumAssignment(weights);
      assert.equal(found.reduce((sum, j, i) => sum + (j < 0 ? 0 : weights[i][j]), 0), best);
      assert.equal(new Set(found.filter((j) => j >= 0)).size, Math.min(rows, columns));
    }
  }
});

Deno.test("the index of Kumar et al. lets objects share a partner, and adds those without one", () => {
  // Two true objects in one predicted one: 4 + 4 of 8 + 8 pixels, while one to one it is 4 of 8.
  const joined = compareObjects([1, 1, 1, 1, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1, 1, 1]);
  assert.equal(joined.aggregatedJaccardKumar, 0.5);
  assert.equal(joined.aggregatedJaccard, 0.5);
  // 2 of 3 pixels, one missed object of 1 pixel, one spurious of 2.
  const mixed = compareObjects([1, 1, 1, 0, 2, 0, 0], [4, 4, 0, 0, 0, 6, 6]);
  assert.equal(mixed.aggregatedJaccardKumar, 2 / (3 + 1 + 2));
  // Both true objects choose the predicted one: its area is in both unions.
  const shared = compareObjects([1, 1, 1, 2, 0], [5, 5, 5, 5, 5]);
  assert.equal(shared.aggregatedJaccardKumar, 4 / (5 + 5));
  assert.equal(shared.aggregatedJaccard, 3 / 5);
});

Deno.test("images without objects score by the convention, and are left out or counted as told", () => {
  const empty = compareObjects([0, 0], [0, 0]), missed = compareObjects([1, 1], [0, 0]);
  assert.ok(Number.isNaN(meanAveragePrecision(empty)) && Number.isNaN(empty.aggregatedJaccard));
  assert.equal(meanAveragePrecision(missed), 0);
  for (const [convention, mean, images] of [["one", 0.5, 2], ["zero", 0, 2], ["skip", 0, 1]] as const) {
    const scores = scoreObjects([empty, missed], convention);
    assert.deepEqual([scores.imageMeanPrecision, scores.images, scores.pooledMeanPrecision], [mean, images, 0]);
    assert.deepEqual([scores.f1, scores.precision, scores.recall, scores.panopticQuality], [0, 0, 0, 0]);
  }
  const { f1, panopticQuality, pooledMeanPrecision } = scoreObjects([empty]);
  assert.deepEqual([f1, panopticQuality, pooledMeanPrecision], [1, 1, 1]);
  assert.throws(() => compareObjects([1], [1, 2]), /2 predicted pixels cannot be compared with 1 true/);
});

Deno.test("numbers may have gaps and be large", () => {
  const some = compareObjects([1, 1, 0, 2, 2], [1, 0, 0, 2, 2]);
  assert.deepEqual(compareObjects([70000, 70000, 0, 5, 5], [4e9, 0, 0, 9, 9]), some);
});

Deno.test("scores at the lowest threshold do not depend on the order of the thresholds", () => {
  const truth = [1, 1, 1, 1, 0], predicted = [1, 1, 1, 0, 0];
  const scores = (thresholds: number[]) => {
    const { precision, recall, f1, panopticQuality } = scoreObjects([compareObjects(truth, predicted, thresholds)]);
    return { precision, recall, f1, panopticQuality };
  };
  assert.deepEqual(scores([0.9, 0.5]), scores([0.5, 0.9]));
  assert.equal(scores([0.9, 0.5]).f1, 1);
  assert.throws(() => scores([]), { name: "OptionError", message: /thresholds is empty: give at least one/ });
});
