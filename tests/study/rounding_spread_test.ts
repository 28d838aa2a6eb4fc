import assert from "node:assert/strict";
import measured from "../../results/bench/rounding-spread.json" with { type: "json" };
import { ROUNDING_SPREAD, roundingTolerance } from "lib/study/rounding_spread.ts";

Deno.test("the spread that verify allows for is the measured one", () => {
  const squares = measured.rows.map(({ dice }) => {
    const mean = dice.reduce((sum, value) => sum + value, 0) / dice.length;
    return dice.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (dice.length - 1);
  });
  const pooled = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  assert.ok(Math.abs(pooled - measured.pooledDeviation) < 1e-9);
  assert.equal(ROUNDING_SPREAD, Number(pooled.toFixed(3)));
  assert.ok(Math.abs(roundingTolerance(3) - roundingTolerance() / Math.sqrt(3)) < 1e-12);
});
