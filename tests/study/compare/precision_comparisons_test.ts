import assert from "node:assert/strict";
import { makeDataset } from "lib";
import { createTask } from "lib/task";
import { comparePrecisions, type StudyAnalysis } from "lib/study";
import { SampleIndex } from "lib/study/analyse/gather_maps.ts";
import { objectPrecisions } from "lib/study/analyse/object_precisions.ts";
import { precisionLines } from "lib/study/claims/precision_lines.ts";
import { bestSinglePrecision } from "lib/study/compare/precision_comparisons.ts";

const groups = Array.from({ length: 12 }, (_, i) => `g${i}`);
const around = (mean: number) => groups.map((_, i) => mean + 0.01 * Math.sin(i));

Deno.test("the best single member of a fold is chosen by its precision on the other folds", () => {
  // On fold 1 the first member is better, so it is chosen for fold 0, where it is worse.
  assert.deepEqual(bestSinglePrecision([[0.1, 0.2, 0.9, 0.8], [0.5, 0.6, 0.3, 0.4]], [0, 0, 1, 1]), [
    0.1,
    0.2,
    0.3,
    0.4,
  ]);
});

Deno.test("an image's precision is that of its objects, and 1 where nothing is and nothing is found", async () => {
  const truths = [[1, 1, 0, 2, 2, 2], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]];
  const size = { width: 6, height: 1 };
  const dataset = await makeDataset(
    "objects",
    truths.map((truth, i) => ({
      id: `i${i}`,
      group: "a",
      image: { ...size, channels: 1, bits: 8, data: new Uint8Array(6) },
      labels: { ...size, data: Uint16Array.from(truth) },
    })),
  );
  const index = new SampleIndex(dataset, createTask({}));
  const images = truths.map((_, i) => index.image(`i${i}`, []));
  const maps = [[1, 1, 0, 1, 1, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]].map((map) => Float32Array.from(map));
  const [both, empty, spurious] = objectPrecisions(images, (_, i) => maps[i], index, "foreground");
  // The first object matches at all ten thresholds, the second one, with an IoU of 2/3, at 0.5 to 0.65.
  assert.ok(Math.abs(both - (4 * 1 + 6 * 1 / 3) / 10) < 1e-9, `${both}`);
  assert.deepEqual([empty, spurious], [1, 0]);
});

Deno.test("ensembles are judged by precision with the rule of Dice, and the sentence says where the two disagree", () => {
  const member = (dice: number, precision: number) => ({
    seed: 1,
    outOfFold: around(dice),
    precision: around(precision),
  });
  const ensemble = (id: string, dice: number, precision: number) => ({
    id,
    method: id,
    inFold: false,
    outOfFold: around(dice),
    precision: around(precision),
    test: [],
    bySeed: [],
  });
  const analysis = {
    outOfFold: { ids: groups, groups, folds: groups.map((_, i) => i % 3) },
    members: [member(0.9, 0.5), member(0.8, 0.6)],
    ensembles: [
      ensemble("best-single", 0.9, 0.5),
      ensemble("soft-voting", 0.95, 0.55),
      ensemble("greedy-selection", 0.95, 0.7),
    ],
  } as unknown as StudyAnalysis;
  // The second member is the best one by precision.
  const gains = comparePrecisions(analysis).map((
    { id, versusBest },
  ) => [id, versusBest.difference.estimate.toFixed(2)]);
  assert.deepEqual(gains, [["soft-voting", "-0.05"], ["greedy-selection", "0.10"]]);
  const [soft, greedy] = precisionLines(analysis);
  assert.match(soft, /soft voting does not help: gain −0\.050 .*; by Dice it helps\.$/);
  assert.match(greedy, /greedy selection helps: gain 0\.100 .*; as by Dice\.$/);
  const without = { ...analysis, members: analysis.members.map(({ precision: _, ...rest }) => rest) };
  assert.deepEqual(precisionLines(without as StudyAnalysis), []);
});
