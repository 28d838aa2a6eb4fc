import assert from "node:assert/strict";
import { makeDataset } from "lib";
import { imageDice, scoreClasses } from "lib/evaluate/class_scores.ts";
import { VOID_CLASS } from "lib/images/image.ts";
import { mean } from "lib/math/mean.ts";
import { createTask } from "lib/task";
import { scoreByConventions } from "lib/study/analyse/conventions.ts";
import { oracleMap } from "lib/study/analyse/correct_pixels.ts";
import { measureDisagreement } from "lib/study/analyse/disagreement.ts";
import { SampleIndex } from "lib/study/analyse/gather_maps.ts";
import { countErrors } from "lib/study/analyse/member_errors.ts";
import type { MemberRuns } from "lib/study/analyse/members.ts";
import { scoreDice } from "lib/study/analyse/score_dice.ts";

const size = { width: 8, height: 1 }, names = ["background", "round", "long", "nowhere"];
const dataset = await makeDataset("row", [{
  id: "a",
  group: "a",
  modality: "fluorescence",
  image: { ...size, channels: 1, bits: 8, data: new Uint8Array(8) },
  labels: {
    ...size,
    data: Uint16Array.of(0, 0, 1, 1, 2, 2, 0, 0),
    classes: Uint8Array.of(0, 0, 1, 1, 2, 2, VOID_CLASS, 0),
  },
}], names);
const task = createTask({ task: "classes", classNames: names }), index = new SampleIndex(dataset, task);

/** Maps of a member that finds classes with a probability of 0.7. */
const says = (...classes: number[]) =>
  Float32Array.from({ length: 4 * classes.length }, (_, i) => i % 4 === classes[Math.floor(i / 4)] ? 0.7 : 0.1);
const first = says(0, 1, 1, 2, 2, 2, 1, 0), second = says(0, 1, 1, 1, 0, 2, 2, 0);
const image = index.image("a", [first, second]);
const near = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < 1e-6, `${found}`);

Deno.test("Dice is that of the classes that occur, without void", () => {
  assert.deepEqual(index.scorer.byClass(image, first), [1 / 2, 4 / 5, NaN]);
  assert.deepEqual(index.scorer.byClass(image, second), [4 / 5, 2 / 3, NaN]);
  const conventions = scoreByConventions([[image]], 0, index);
  assert.deepEqual(Object.keys(conventions), ["micro", "mean-empty-one", "mean-empty-zero", "mean-empty-skip"]);
  for (const dice of Object.values(conventions)) near(dice, 0.65);
});

Deno.test("a class counts only where it occurs, in the record and in the analysis", () => {
  // The first image has both classes, the second no long cell, and the third none; nothing is found.
  const truths = [[0, 1, 1, 2, 2, 0, 0, 0], [0, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]];
  const images = truths.map((truth, i) => ({
    ...image,
    id: `${i}`,
    truth: Uint8Array.from(truth),
    voidPixels: undefined,
  }));
  const nothing = says(0, 0, 0, 0, 0, 0, 0, 0), spurious = says(0, 1, 1, 1, 3, 0, 0, 0);
  const { scorer } = index;
  const dice = (maps: Float32Array[]) => scoreDice(images.map((each, i) => scorer.byClass(each, maps[i])), scorer);
  assert.deepEqual(dice([nothing, nothing, nothing]), {
    outOfFold: [0, 0, 1],
    classDice: { round: [0, 0, NaN], long: [0, NaN, NaN], nowhere: [NaN, NaN, NaN] },
  });
  assert.deepEqual(dice([spurious, spurious, spurious]), {
    outOfFold: [4 / 5 / 3, 1 / 2, 0],
    classDice: { round: [4 / 5, 1, 0], long: [0, NaN, NaN], nowhere: [0, 0, 0] },
  });
  for (const maps of [[nothing, nothing, nothing], [spurious, spurious, spurious]]) {
    const counts = images.map((each, i) => scorer.counts(each, maps[i]));
    imageDice(counts).forEach((value, i) => assert.equal(Number.isNaN(value) ? 1 : value, dice(maps).outOfFold[i]));
    near(scoreClasses(counts, task.scored, "one").mean.dice, mean(dice(maps).outOfFold));
  }
});

Deno.test("members are compared by the pixels whose class they find, without void", () => {
  const members = ["a", "b"].map((name) => ({ name }) as MemberRuns);
  const dice = [first, second].map((map) => [index.scorer.dice(image, map)]);
  const { diversity, ambiguity, together, pairs } = measureDisagreement([image], members, dice, index);
  // Five pixels are foreground in the truth or for a member: both are wrong on one, one is on two.
  assert.deepEqual(diversity.foreground.right, [1 / 5, 2 / 5, 2 / 5]);
  assert.deepEqual([diversity.foreground.disagreement, diversity.foreground.doubleFault], [2 / 5, 1 / 5]);
  assert.deepEqual(diversity.background.right, [1 / 3, 0, 2 / 3]);
  assert.deepEqual(together, { fluorescence: { foreground: 4, missed: 0, spurious: 1, boundary: 1 } });
  // A right pixel has a Brier score of 0.3² + 3 · 0.1², a wrong one 0.9² + 0.7² + 2 · 0.1², and a split one 0.6² + 0.4² + 2 · 0.1².
  const right = 0.12, wrong = 1.32, split = 0.54;
  near(ambiguity.all.memberError, (5 * right + 2 * wrong) / 7);
  near(ambiguity.all.ensembleError, (4 * right + wrong + 2 * split) / 7);
  near(ambiguity.background.memberError, right);
  near(ambiguity.all.memberError - ambiguity.all.ambiguity, ambiguity.all.ensembleError);
  // Where the two differ, their mean has a tie, which the lower class wins.
  near(pairs[0].gain, (4 / 5 + 2 / 3) / 2 - (dice[0][0] + dice[1][0]) / 2);
});

Deno.test("the oracle errs only where all members do, and objects are those of the foreground", () => {
  const oracle = oracleMap(image, task);
  assert.deepEqual([...task.classify(oracle, 0.5)].slice(0, 6), [0, 1, 1, 1, 2, 2]);
  assert.deepEqual(index.scorer.byClass(image, oracle), [4 / 5, 1, NaN]);
  const { errors } = countErrors([image], () => first, index, 0);
  assert.deepEqual([errors.objects, errors.missed, errors.merged, errors.spurious], [2, 0, 1, 0]);
  assert.deepEqual([errors.boundaryPixels, errors.otherPixels], [1, 0]);
});
