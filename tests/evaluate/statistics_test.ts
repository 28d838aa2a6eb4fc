// @tags slow
import assert from "node:assert/strict";
import { ambiguityDecomposition } from "lib/evaluate/ambiguity.ts";
import { boundaryBand, CalibrationCounts } from "lib/evaluate/calibration.ts";
import { DiversityCounts, pixelOracle } from "lib/evaluate/diversity.ts";
import { holm } from "lib/evaluate/holm.ts";
import { comparePaired } from "lib/evaluate/paired_comparison.ts";
import { rankStability } from "lib/evaluate/rank_stability.ts";
import { verdictBelow } from "lib/evaluate/verdict.ts";
import { wilcoxonSignedRank } from "lib/evaluate/wilcoxon.ts";
import { normalCdf, normalQuantile } from "lib/math/normal_distribution.ts";
import { Random } from "lib/math/random.ts";

/** What SciPy, scikit-learn and statsmodels compute: see make_statistics_fixtures.py. */
const fixtures = JSON.parse(await Deno.readTextFile(new URL("../fixtures/statistics.json", import.meta.url)));
const near = (a: number, b: number, tolerance: number, what = "") =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what} ${a} instead of ${b}`);
const alone = (n: number) => Array.from({ length: n }, (_, i) => `g${i}`);

Deno.test("the normal distribution's shares are SciPy's, and its quantiles their inverse", () => {
  for (const { x, cdf } of fixtures.normal) {
    near(normalCdf(x), cdf, 1e-13 * Math.max(cdf, 1e-3));
    near(normalQuantile(normalCdf(x)), x, 1e-6);
  }
  assert.equal(normalQuantile(0), -Infinity);
  near(normalQuantile(0.975), 1.959963984540054, 1e-12);
});

Deno.test("Wilcoxon's signed-rank test is SciPy's, exact and approximate", () => {
  for (const { differences, statistic, pValue, exact } of fixtures.wilcoxon) {
    const result = wilcoxonSignedRank(differences);
    assert.deepEqual([result.statistic, result.exact], [statistic, exact]);
    near(result.pValue, pValue, 1e-10);
  }
  assert.equal(wilcoxonSignedRank([0, 0]).pValue, 1);
  assert.equal(wilcoxonSignedRank([1, 2, 3]).rankBiserial, 1);
});

Deno.test("Holm's correction is statsmodels'", () => {
  for (const { pValues, corrected } of fixtures.holm) {
    holm(pValues).forEach((p, i) => near(p, corrected[i], 1e-12));
  }
});

Deno.test("comparePaired() counts wins, and finds a difference larger than what it says is detectable", () => {
  const random = new Random(2), groups = alone(50);
  const theirs = groups.map(() => random.next());
  const ours = theirs.map((value) => value + 0.1 + 0.05 * random.normal());
  const { difference, wilcoxon, wins, losses, ties, effectSize, detectable } = comparePaired([ours], [theirs], groups);
  assert.ok(difference.low > 0.08 && difference.high < 0.12);
  assert.ok(wilcoxon.pValue < 1e-6 && effectSize > 1.5);
  assert.equal(wins + losses + ties, 50);
  assert.ok(detectable > 0.01 && detectable < 0.03, `${detectable}`);
  const same = comparePaired([theirs], [theirs], groups);
  assert.deepEqual([same.difference.estimate, same.difference.high, same.ties], [0, 0, 50]);
  assert.equal(verdictBelow(difference, 0.2), "supported");
  assert.equal(verdictBelow(difference, 0.01), "refuted");
  assert.equal(verdictBelow(difference, 0.1), "inconclusive");
  const [first, second] = rankStability([ours, theirs], groups);
  assert.deepEqual([first.first > 0.999, second.meanRank > 1.999], [true, true]);
});

const random = new Random(31);
const truth = Uint8Array.from({ length: 5000 }, () => random.next() < 0.3 ? 1 : 0);
const members = [1.5, 0.8, 0.3, 2].map((skill) =>
  Float32Array.from(truth, (y) => 1 / (1 + Math.exp(-(skill * (2 * y - 1) + random.normal()))))
);

Deno.test("the ambiguity decomposition is exact, equally and otherwise weighted", () => {
  for (const weights of [undefined, [0.1, 0.2, 0.3, 0.4]]) {
    const { memberError, ambiguity, ensembleError } = ambiguityDecomposition(members, truth, { weights });
    near(memberError - ambiguity, ensembleError, 1e-6);
    assert.ok(ambiguity > 0);
  }
  assert.equal(ambiguityDecomposition([members[0], members[0]], truth).ambiguity, 0);
});

Deno.test("diversity measures have their values for equal, independent and opposite members", () => {
  const everywhere = () => true;
  const measure = (...maps: ArrayLike<number>[]) => {
    const counts = new DiversityCounts(maps.length);
    counts.add(maps, truth, 0.5, everywhere);
    return counts.result();
  };
  const same = measure(members[0], members[0]);
  assert.deepEqual([same.q, same.disagreement, same.kohaviWolpert], [1, 0, 0]);
  near(same.correlation, 1, 1e-12);
  near(same.doubleFault, 1 - same.accuracy, 1e-12);
  const chance = measure(members[0], members[1]);
  assert.ok(Math.abs(chance.q) < 0.1 && Math.abs(chance.correlation) < 0.05);
  // Each right exactly where the other is wrong.
  const half = Float32Array.from(truth, (y, i) => i % 2 ? y : 1 - y), other = half.map((p) => 1 - p);
  assert.deepEqual([measure(half, other).q, measure(half, other).disagreement], [-1, 1]);
  const all = measure(...members);
  near(all.right.reduce((a, b) => a + b), 1, 1e-12);
  // Kohavi & Wolpert's variance is the mean disagreement times (L − 1) / (2 L).
  near(all.kohaviWolpert, all.disagreement * 3 / 8, 1e-12);
});

Deno.test("the pixel oracle is wrong only where every member is", () => {
  const oracle = pixelOracle(members, truth);
  let wrong = 0;
  truth.forEach((y, i) => {
    const someone = members.some((map) => (map[i] > 0.5) === (y > 0));
    assert.equal((oracle[i] > 0.5) === (y > 0), someone);
    wrong += someone ? 0 : 1;
  });
  assert.ok(wrong > 0);
});

Deno.test("calibration and average precision are scikit-learn's", () => {
  const { truth, predicted, averagePrecision, observed, meanPredicted } = fixtures.calibration;
  const counts = new CalibrationCounts();
  counts.add(predicted, truth);
  near(counts.averagePrecision(), averagePrecision, 2e-4);
  const bins = counts.reliability(10);
  assert.equal(bins.length, 10);
  bins.forEach((bin, i) => {
    near(bin.predicted, meanPredicted[i], 2e-3);
    near(bin.observed, observed[i], 5e-3);
  });
  const expected = observed.reduce((sum: number, o: number, i: number) => sum + Math.abs(o - meanPredicted[i]) / 10, 0);
  near(counts.calibrationError(10), expected, 2e-3);
});

Deno.test("the boundary band is as wide as it says, on both sides of an outline and not at the image's edge", () => {
  const square = Uint8Array.from({ length: 400 }, (_, i) => i % 20 >= 8 ? 1 : 0);
  const band = boundaryBand(square, 20, 20, 3);
  for (let i = 0; i < 400; i++) assert.equal(band[i], i % 20 >= 5 && i % 20 <= 10 ? 1 : 0);
  assert.ok(boundaryBand(new Uint8Array(400).fill(1), 20, 20).every((value) => value === 0));
});
