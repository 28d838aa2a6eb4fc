import assert from "node:assert/strict";
import { imageDice, scoreClasses } from "lib/evaluate/class_scores.ts";
import type { EmptyMaskScore } from "lib/evaluate/metrics.ts";

const nothing = { truePositive: 0, falsePositive: 0, falseNegative: 0 };
const right = { ...nothing, truePositive: 3 }, half = { ...nothing, truePositive: 1, falsePositive: 2 };
const names = ["round", "long", "rare"];

Deno.test("a class that no image has or is predicted to have counts in no mean", () => {
  const counts = [[half, nothing, nothing], [half, right, nothing]];
  for (const [empty, long] of [["one", 1], ["zero", 0.5], ["skip", 1]] as const) {
    const { mean, classes } = scoreClasses(counts, names, empty);
    assert.deepEqual(Object.keys(classes), ["round", "long"]);
    assert.equal(classes.long.dice, long);
    assert.equal(mean.dice, (0.5 + long) / 2);
    assert.equal(mean.images, 2);
  }
});

Deno.test("the mean of the images' Dice is the Dice of the set", () => {
  const counts = [[half, nothing, nothing], [half, right, nothing], [nothing, nothing, nothing]];
  for (const [empty, value] of [["one", 1], ["zero", 0]] as [EmptyMaskScore, number][]) {
    const dice = imageDice(counts, names, empty);
    assert.deepEqual(dice, [(0.5 + value) / 2, 0.75, NaN]);
    const mean = dice.reduce((sum, each) => sum + (Number.isNaN(each) ? value : each), 0) / 3;
    assert.ok(Math.abs(scoreClasses(counts, names, empty).mean.dice - mean) < 1e-12);
  }
  assert.deepEqual(imageDice(counts, names, "skip"), [0.5, 0.75, NaN]);
});

Deno.test("without any foreground, one class keeps the score of an empty mask, and the images have none", () => {
  const { mean, classes } = scoreClasses([[nothing], [nothing]], ["foreground"], "one");
  assert.deepEqual([mean.dice, classes.foreground.dice], [1, 1]);
  assert.deepEqual(imageDice([[nothing], [nothing]], ["foreground"], "one"), [NaN, NaN]);
});
