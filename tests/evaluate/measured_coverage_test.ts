import assert from "node:assert/strict";
import { join } from "node:path";
import { measuredCoverage } from "lib/evaluate/measured_coverage.ts";
import { projectFolder } from "lib/runs";

/** What bench/coverage.ts measured. */
const { cells }: {
  cells: { groups: number; trainings: number; spread: string; candidate: string; coverage: number }[];
} = JSON.parse(await Deno.readTextFile(join(projectFolder(), "results/bench/coverage.json")));

Deno.test("the coverage of an interval is what the bench measured, the lower one of the spreads of trainings", () => {
  for (const groups of [5, 9, 17, 39, 104]) {
    for (const trainings of [1, 2, 3, 5]) {
      const measured = cells.filter((cell) =>
        cell.groups === groups && cell.trainings === trainings &&
        (trainings === 1
          ? cell.spread === "none" && cell.candidate === "t-satterthwaite"
          : cell.candidate === "crossed")
      );
      assert.equal(measured.length, trainings === 1 ? 1 : 2);
      assert.equal(measuredCoverage(groups, trainings), Math.min(...measured.map(({ coverage }) => coverage)));
    }
  }
});

Deno.test("between measured numbers of groups and trainings the smaller one counts, and below all the smallest", () => {
  assert.equal(measuredCoverage(38, 4), measuredCoverage(17, 3));
  assert.equal(measuredCoverage(1000, 50), measuredCoverage(104, 5));
  assert.equal(measuredCoverage(2, 1), measuredCoverage(5, 1));
});

Deno.test("at 39 groups or more at least 93 of 100 intervals hold the truth, but with two trainings", () => {
  for (const trainings of [1, 3, 5]) {
    for (const groups of [39, 104]) assert.ok(measuredCoverage(groups, trainings) >= 0.93);
  }
});
