import assert from "node:assert/strict";
import { join } from "node:path";
import { judgeDifference, LEAST_COVERAGE } from "lib/evaluate/verdict.ts";
import { measuredCoverage } from "lib/evaluate/measured_coverage.ts";
import { projectFolder } from "lib/runs";

type Kind = "loss" | "architecture" | "ensemble" | "member";

/** What bench/coverage.ts measured. */
const { cells }: {
  cells: {
    groups: number;
    trainings: number;
    spread: string;
    candidate: string;
    byKind: Record<Kind, number>;
  }[];
} = JSON.parse(await Deno.readTextFile(join(projectFolder(), "results/bench/coverage.json")));

Deno.test("the coverage of an interval is that of the worst kind of differences and spread of trainings in the bench", () => {
  for (const groups of [5, 9, 17, 39, 104]) {
    for (const trainings of [1, 2, 3, 5]) {
      const measured = cells.filter((cell) =>
        cell.groups === groups && cell.trainings === trainings &&
        (trainings === 1
          ? cell.spread === "none" && cell.candidate === "t-satterthwaite"
          : cell.candidate === "crossed")
      );
      assert.equal(measured.length, trainings === 1 ? 1 : 2);
      const shares = measured.flatMap(({ byKind: { loss, architecture, ensemble } }) => [loss, architecture, ensemble]);
      assert.equal(
        measuredCoverage(groups, trainings),
        Math.min(...shares),
        `${groups} groups, ${trainings} trainings`,
      );
    }
  }
});

Deno.test("between measured numbers of groups and trainings the lower coverage of the neighbours counts", () => {
  assert.equal(measuredCoverage(38, 1), measuredCoverage(39, 1));
  assert.equal(measuredCoverage(60, 1), measuredCoverage(39, 1));
  assert.equal(measuredCoverage(10, 4), measuredCoverage(17, 3));
  assert.equal(measuredCoverage(1000, 50), measuredCoverage(104, 5));
});

Deno.test("below five groups no coverage was measured, and no verdict on a method follows", () => {
  assert.equal(measuredCoverage(4, 5), NaN);
  const difference = {
    estimate: 0.05,
    low: 0.04,
    high: 0.06,
    groups: 4,
    trainings: 5,
    coverage: measuredCoverage(4, 5),
  };
  assert.deepEqual(judgeDifference(difference), { here: "better", method: "undecided", reason: "coverage" });
});

Deno.test("one training at 39 groups covers less than a verdict on a method takes", () => {
  assert.ok(measuredCoverage(39, 1) < LEAST_COVERAGE);
  for (const trainings of [3, 5]) {
    for (const groups of [5, 9, 17, 39, 104]) assert.ok(measuredCoverage(groups, trainings) >= LEAST_COVERAGE);
  }
});
