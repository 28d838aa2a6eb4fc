import assert from "node:assert/strict";
import { imageDice, scoreClasses } from "lib/evaluate/class_scores.ts";
import { EMPTY_MASK_SCORES, scoreImages } from "lib/evaluate/metrics.ts";

const nothing = { truePositive: 0, falsePositive: 0, falseNegative: 0 };
const right = { ...nothing, truePositive: 3 }, half = { ...nothing, truePositive: 1, falsePositive: 2 };
const missed = { ...nothing, falseNegative: 4 };
const names = ["round", "long", "rare"];

Deno.test("a class counts in the images in which it occurs, and nowhere else", () => {
  const counts = [[half, nothing, nothing], [half, right, nothing]];
  assert.deepEqual(imageDice(counts), [0.5, 0.75]);
  for (const empty of EMPTY_MASK_SCORES) {
    const { mean, classes } = scoreClasses(counts, names, empty);
    assert.deepEqual(Object.keys(classes), ["round", "long"]);
    assert.deepEqual([classes.round.dice, classes.long.dice], [0.5, 1]);
    assert.deepEqual([classes.round.images, classes.long.images], [2, 1]);
    // The IoU of the images is 1/3 and (1/3 + 1) / 2.
    assert.deepEqual([mean.dice, mean.microDice, mean.images], [0.625, 0.75, 2]);
    assert.ok(Math.abs(mean.iou - 0.5) < 1e-12);
  }
});

Deno.test("a network that finds nothing scores 0 where a class is missing in some images", () => {
  const counts = [[missed, nothing], [nothing, missed]];
  const { mean, classes } = scoreClasses(counts, ["round", "long"], "one");
  assert.deepEqual([mean.dice, classes.round.dice, classes.long.dice], [0, 0, 0]);
  assert.deepEqual(imageDice(counts), [0, 0]);
});

Deno.test("an image in which no class occurs is scored as an empty mask", () => {
  const counts = [[half, nothing, nothing], [half, right, nothing], [nothing, nothing, nothing]];
  assert.deepEqual(imageDice(counts), [0.5, 0.75, NaN]);
  const scores = EMPTY_MASK_SCORES.map((empty) => scoreClasses(counts, names, empty).mean);
  assert.deepEqual(scores.map(({ dice }) => dice), [0.75, 1.25 / 3, 0.625]);
  assert.deepEqual(scores.map(({ images }) => images), [3, 3, 2]);
});

Deno.test("without any foreground, one class keeps the score of an empty mask, and the images have none", () => {
  const { mean, classes } = scoreClasses([[nothing], [nothing]], ["foreground"], "one");
  assert.deepEqual([mean.dice, mean.microDice, classes], [1, 1, {}]);
  assert.deepEqual(imageDice([[nothing], [nothing]]), [NaN, NaN]);
});

Deno.test("the mean of one class is its score, bit by bit", () => {
  const images = [half, { ...right, falseNegative: 4 }, nothing, { ...half, falsePositive: 5 }];
  for (const empty of EMPTY_MASK_SCORES) {
    assert.deepEqual(
      scoreClasses(images.map((each) => [each]), ["foreground"], empty).mean,
      scoreImages(images, empty),
    );
  }
});
