import assert from "node:assert/strict";
import { compareObjects, scoreObjects } from "lib/evaluate";
import { mean } from "lib/math/mean.ts";
import { compareObjectScores, objectScores, type StudyAnalysis } from "lib/study";
import { objectCounts } from "lib/study/analyse/measure_objects.ts";
import { ObjectCounts } from "lib/study/analyse/object_counts.ts";
import { bestSingleCounts } from "lib/study/compare/object_comparisons.ts";
import { OBJECT_SCORES } from "lib/study/compare/object_scores.ts";

/** What StarDist and Cellpose compute: see make_matching_fixtures.py. */
const fixtures: {
  thresholds: number[];
  images: { truth: string; predicted: string; cellpose: { aggregatedJaccard: number | null } }[];
  pooled: { accuracy: number; f1: number }[];
} = JSON.parse(await Deno.readTextFile(new URL("../../fixtures/matching.json", import.meta.url)));
const near = (a: number, b: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} instead of ${b}`);
const digits = (text: string) => Array.from(text, (digit) => parseInt(digit, 36));
const compared = fixtures.images.map(({ truth, predicted }) => compareObjects(digits(truth), digits(predicted)));

Deno.test("pooled precisions and F1 from counts are StarDist's, and the aggregated Jaccard index is Cellpose's", () => {
  const scores = objectScores({ objects: objectCounts(compared) })!;
  const first = fixtures.thresholds.indexOf(0.5), pooled = fixtures.pooled.slice(first);
  near(scores.pooledPrecision50, pooled[0].accuracy, 1e-6);
  near(scores.f1, pooled[0].f1, 1e-6);
  near(scores.pooledPrecision, mean(pooled.map(({ accuracy }) => accuracy)), 1e-6);
  near(scores.aggregatedJaccard, mean(fixtures.images.map(({ cellpose }) => cellpose.aggregatedJaccard ?? 1)), 1e-6);
});

Deno.test("scores from counts are those of a set of images", () => {
  const { imageMeanPrecision, pooledPrecisions, pooledMeanPrecision, f1, aggregatedJaccard } = scoreObjects(compared);
  const scores = objectScores({ objects: objectCounts(compared) })!;
  near(scores.meanPrecision, imageMeanPrecision);
  near(scores.pooledPrecision50, pooledPrecisions[0]);
  near(scores.pooledPrecision, pooledMeanPrecision);
  near(scores.f1, f1);
  near(scores.aggregatedJaccard, aggregatedJaccard);
});

Deno.test("counts keep their numbers in JSON, and counts of other thresholds are refused", () => {
  const counts = objectCounts(compared);
  assert.deepEqual(ObjectCounts.parse(JSON.parse(JSON.stringify(counts))), counts);
  assert.throws(() => ObjectCounts.parse({ ...counts, matches: counts.matches.slice(1) }));
  assert.throws(() => ObjectCounts.parse({ ...counts, union: [0.5] }));
});

/** Counts of images with 10 true objects each, of which as many are found at every threshold as given. */
const found = (matches: readonly number[], predicted = matches) => ({
  truth: matches.map(() => 10),
  predicted: [...predicted],
  matches: Array.from({ length: 10 }, () => [...matches]),
  intersection: matches.map((count) => 10 * count),
  union: matches.map(() => 100),
});

Deno.test("the best single member of a fold is chosen by the score on the other folds, pooled or as a mean", () => {
  // On fold 1 the first member is better, so it is chosen for fold 0, where it is worse.
  const chosen = bestSingleCounts([found([1, 2, 9, 8]), found([5, 6, 3, 4])], [0, 0, 1, 1], OBJECT_SCORES.f1);
  assert.deepEqual(chosen, found([1, 2, 3, 4]));
  // The first member leads by the mean over images, the second by the pooled objects.
  const uneven = (matches: number[]) => ({ ...found(matches), truth: [1, 100, 1, 100], predicted: matches });
  const members = [uneven([1, 50, 1, 50]), uneven([0, 90, 0, 90])], folds = [0, 0, 1, 1];
  assert.deepEqual(bestSingleCounts(members, folds, OBJECT_SCORES.meanPrecision), members[0]);
  assert.deepEqual(bestSingleCounts(members, folds, OBJECT_SCORES.pooledPrecision50), members[1]);
});

Deno.test("ensembles are compared with the best single member by every score, and judged by the margin", () => {
  const groups = Array.from({ length: 12 }, (_, i) => `g${i}`), folds = groups.map((_, i) => i % 3);
  const level = (base: number) => groups.map((_, i) => base + i % 2);
  const entry = (id: string, objects?: ObjectCounts) => ({ id, inFold: false, objects });
  const analysis = {
    outOfFold: { groups, folds },
    members: [{ objects: found(level(5)) }, { objects: found(level(3)) }],
    ensembles: [
      entry("best-single", found(level(5))),
      entry("soft-voting", found(level(7))),
      // As many objects are found, with as many spurious ones.
      entry("greedy-selection", found(level(5), level(10))),
      entry("weighted-soft-voting"),
    ],
  } as unknown as StudyAnalysis;
  const [soft, greedy, ...others] = compareObjectScores(analysis);
  assert.deepEqual([soft.name, greedy.name, others.length], ["soft voting", "greedy selection", 0]);
  // 7.5 of 10 objects instead of 5.5, without spurious ones.
  near(soft.scores.meanPrecision.difference.estimate, 0.2);
  near(soft.scores.pooledPrecision50.difference.estimate, 0.2);
  near(soft.scores.pooledPrecision.score.estimate, 0.75);
  near(soft.scores.f1.difference.estimate, 2 * 7.5 / 17.5 - 2 * 5.5 / 15.5);
  near(soft.scores.aggregatedJaccard.difference.estimate, 0.2);
  for (const { judgement, difference } of Object.values(soft.scores)) {
    assert.deepEqual(judgement, { here: "better", method: "undecided", reason: "trainings" });
    assert.equal(difference.groups, 12);
  }
  near(greedy.scores.pooledPrecision50.difference.estimate, 66 / (120 + 126 - 66) - 66 / 120);
  assert.equal(greedy.scores.pooledPrecision50.judgement.here, "worse");
  assert.equal(greedy.scores.f1.judgement.here, "worse");
  assert.equal(greedy.scores.aggregatedJaccard.judgement.here, "equivalent");
  const partly = { ...analysis, members: [analysis.members[0], { ...analysis.members[1], objects: undefined }] };
  assert.deepEqual(compareObjectScores(partly), []);
});
