import assert from "node:assert/strict";
import { THRESHOLD_HEADS, thresholdCells } from "lib/study";

Deno.test("the cells of a member have its Dice at 0.5, the tuned thresholds and the Dice at these", () => {
  const member = { outOfFold: [0.4, 0.5], conventions: { "mean-empty-one-tuned": 0.81 } };
  assert.deepEqual(thresholdCells({ ...member, tunedThresholds: [0.2, 0.14, 0.17] }), [0.45, "0.14–0.2", 0.81]);
  assert.deepEqual(thresholdCells({ ...member, tunedThresholds: [0.3, 0.3] }), [0.45, "0.3", 0.81]);
  assert.equal(thresholdCells(member).length, THRESHOLD_HEADS.length);
});

Deno.test("the cells of an earlier analysis, or of several classes, say what is missing", () => {
  assert.deepEqual(thresholdCells({ outOfFold: [0.4], conventions: {} }), [0.4, "–", "–"]);
});
