import assert from "node:assert/strict";
import { makeDataset } from "lib";
import { createTask } from "lib/task";
import { SampleIndex } from "lib/study/analyse/gather_maps.ts";
import { comparePrecisions, disagreeingImages, precisionFinding, type StudyAnalysis } from "lib/study";
import { measureObjects } from "lib/study/analyse/measure_objects.ts";
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

Deno.test("an image's precision and counts are those of its objects; precision is 1 where nothing is and nothing is found", async () => {
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
  const { precision, objects } = measureObjects(images, (_, i) => maps[i], index, "foreground");
  const [both, empty, spurious] = precision;
  // The first object matches at all ten thresholds, the second one, with an IoU of 2/3, at 0.5 to 0.65.
  assert.ok(Math.abs(both - (4 * 1 + 6 * 1 / 3) / 10) < 1e-9, `${both}`);
  assert.deepEqual([empty, spurious], [1, 0]);
  assert.deepEqual(objects, {
    truth: [2, 0, 0],
    predicted: [2, 0, 1],
    matches: [...new Array(4).fill([2, 0, 0]), ...new Array(6).fill([1, 0, 0])],
    intersection: [4, 0, 0],
    union: [5, 0, 1],
  });
});

/** A study of two members, of which the first is better by Dice and the second by precision. */
function analysisWith(ensembles: readonly { id: string; dice: readonly number[]; precision: readonly number[] }[]) {
  const member = (dice: number, precision: number) => ({
    seed: 1,
    outOfFold: around(dice),
    precision: around(precision),
  });
  return {
    outOfFold: { ids: groups.map((group) => `${group}.png`), groups, folds: groups.map((_, i) => i % 3) },
    members: [member(0.9, 0.5), member(0.8, 0.6)],
    ensembles: [{ id: "best-single", dice: around(0.9), precision: around(0.5) }, ...ensembles].map((
      { dice, ...ensemble },
    ) => ({ ...ensemble, method: ensemble.id, inFold: false, outOfFold: dice, test: [], bySeed: [] })),
  } as unknown as StudyAnalysis;
}

const withoutPrecisions = (analysis: StudyAnalysis) =>
  ({ ...analysis, members: analysis.members.map(({ precision: _, ...rest }) => rest) }) as StudyAnalysis;

Deno.test("ensembles are judged by precision with the rule of Dice, and the sentence says where the two disagree", () => {
  const analysis = analysisWith([
    { id: "soft-voting", dice: around(0.95), precision: around(0.55) },
    { id: "greedy-selection", dice: around(0.95), precision: around(0.7) },
  ]);
  // The second member is the best one by precision.
  const gains = comparePrecisions(analysis).map((
    { id, versusBest },
  ) => [id, versusBest.difference.estimate.toFixed(2)]);
  assert.deepEqual(gains, [["soft-voting", "-0.05"], ["greedy-selection", "0.10"]]);
  const [soft, greedy] = precisionLines(analysis);
  assert.match(
    soft,
    /soft voting differs from .* by −0\.050 .*: worse in these trainings, .*; by Dice it is better\.$/,
  );
  assert.match(greedy, /greedy selection differs from .* by \+0\.100 .*: better in these trainings, .*; as by Dice\.$/);
  assert.deepEqual(precisionLines(withoutPrecisions(analysis)), []);
});

Deno.test("the finding names the ensembles on which Dice and objects disagree, or says that they agree", () => {
  const soft = { id: "soft-voting", dice: around(0.95), precision: around(0.55) };
  const weighted = { ...soft, id: "weighted-soft-voting" },
    greedy = { ...soft, id: "greedy-selection", dice: around(0.8) };
  const finding = (...ensembles: typeof soft[]) =>
    precisionFinding({ name: "cells", analysis: analysisWith(ensembles) });
  assert.equal(
    finding(soft, greedy),
    'Dice and objects disagree on 1 of 2 ensembles in study "cells": by Dice soft voting is better, by objects it is worse.',
  );
  assert.equal(
    finding(soft, weighted),
    'Dice and objects disagree on 2 of 2 ensembles in study "cells": ' +
      "by Dice soft voting and soft voting (weighted) are better, by objects they are worse.",
  );
  assert.equal(finding(greedy), 'Dice and objects agree on the ensemble in study "cells".');
});

Deno.test("the finding of a study without scores of objects says why, and names the command", () => {
  const analysis = withoutPrecisions(
    analysisWith([{ id: "soft-voting", dice: around(0.95), precision: around(0.55) }]),
  );
  assert.match(
    precisionFinding({ name: "old", analysis }),
    /^Study "old" has no scores of objects, because .* deno task study --data FOLDER .*\.$/,
  );
  assert.equal(
    precisionFinding({ name: "tissue", analysis: { ...analysis, task: "classes" } }),
    'Study "tissue" has no scores of objects, because its task is classes: ' +
      "objects are scored for the tasks foreground and border.",
  );
  assert.deepEqual(disagreeingImages(analysis), []);
});

Deno.test("images are listed where an ensemble is better by Dice and worse by objects, the largest distance first", () => {
  const changed = (values: number[], changes: Record<number, number>) =>
    values.map((value, i) => value + (changes[i] ?? 0));
  // Objects are compared with the second member, which has the better ones.
  const listed = disagreeingImages(analysisWith([
    {
      id: "soft-voting",
      dice: changed(around(0.9), { 0: 0.02, 1: 0.05, 2: -0.01, 3: 0.03 }),
      precision: changed(around(0.6), { 0: -0.1, 1: -0.3, 2: -0.4, 3: 0.2 }),
    },
    {
      id: "greedy-selection",
      dice: changed(around(0.9), { 0: 0.04 }),
      precision: changed(around(0.6), { 0: -0.2 }),
    },
  ]));
  assert.deepEqual(listed.map(({ id, name, dice, precision }) => [id, name, dice.toFixed(2), precision.toFixed(2)]), [
    ["g1.png", "soft voting", "0.05", "-0.30"],
    ["g0.png", "greedy selection", "0.04", "-0.20"],
  ]);
});
