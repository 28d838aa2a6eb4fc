// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import {
  clipScore,
  methodWords,
  objectGainRows,
  openStudy,
  openWorlds,
  recommend,
  showInterval,
  showScore,
  verdictWords,
  worldRows,
} from "lib/study";
import { differenceVerdict } from "lib/evaluate";
import { showDifference, showNumber } from "lib/study/claims/show_interval.ts";
import { recommendationText } from "lib/study/recommend/recommendation_text.ts";
import { membersChart } from "lib/study/report/members_chart.ts";
import { studyLines } from "lib/study/report/study_lines.ts";

const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));

Deno.test("a score's interval ends at 0 and 1", () => {
  assert.equal(showScore({ estimate: 0.95, low: 0.8, high: 1.1 }), "0.950 (0.800 to 1.000)");
  assert.equal(showScore({ estimate: 0.05, low: -0.1, high: 0.2 }), "0.050 (0.000 to 0.200)");
  assert.deepEqual(clipScore({ estimate: 0.9, low: NaN, high: 0.95 }), { estimate: 0.9, low: NaN, high: 0.95 });
});

Deno.test("a difference shows on which side of the margin its numbers lie", () => {
  const difference = { estimate: -0.0104, low: -0.0107, high: -0.0101 };
  assert.equal(verdictWords(difference), "worse");
  assert.equal(showDifference(difference), "−0.0104 (−0.011 to −0.0101)");
  assert.equal(showDifference({ estimate: 0.00996, low: -0.01, high: 0.01 }), "+0.00996 (−0.010 to 0.010)");
  assert.equal(showInterval({ estimate: -0.05, low: -0.09, high: -0.0004 }, [0]), "−0.050 (−0.090 to −0.0004)");
  assert.equal(showNumber(0.2998, [0.3]), "0.2998");
  // The margin decides no score.
  assert.equal(showScore({ estimate: 0.0104, low: 0.0096, high: 0.0112 }), "0.010 (0.010 to 0.011)");
});

Deno.test("a coverage below 90 % is not printed as 90 %", () => {
  const words = (coverage: number) => methodWords({ estimate: 0, low: 0, high: 0, groups: 9, trainings: 3, coverage });
  assert.match(words(0.896), /covers 89\.6 %, not 95 %/);
  assert.match(words(0.88), /covers 88 %/);
});

Deno.test("every difference in the tables of the worlds has the verdict that its printed interval has", async () => {
  const worlds = await openWorlds();
  const cells = [
    ...(["networks", "ensembles", "losses"] as const).flatMap((topic) => worldRows(worlds, topic)),
    ...worlds.flatMap(({ study }) => objectGainRows(study)),
  ].flat();
  const found = cells.flatMap((cell) => cell.match(/\((\S+) to (\S+)\): (\w+)/) ?? []);
  assert.ok(found.length > 4 * 150);
  for (let i = 0; i < found.length; i += 4) {
    const [low, high] = found.slice(i + 1, i + 3).map((text) => Number(text.replace("−", "-")));
    assert.equal(differenceVerdict({ low, high }), found[i + 3], found[i]);
  }
});

Deno.test("no score of a study with two groups reaches beyond 0 and 1", () => {
  const { analysis } = study;
  const groups = analysis.outOfFold.groups.map((_, i) => i % 3 ? "a" : "b");
  const test = { ...analysis.test, groups: analysis.test.groups.map((_, i) => i % 3 ? "a" : "b") };
  // The images of one group are better by far.
  const scores = (dice: readonly number[]) => dice.map((value, i) => i % 3 ? value : value / 2);
  const members = analysis.members.map((member) => ({
    ...member,
    outOfFold: scores(member.outOfFold),
    test: member.test.map(scores),
  }));
  const few = { ...analysis, members, test, outOfFold: { ...analysis.outOfFold, groups } };
  const lines = studyLines({ ...study, analysis: few }).find(([question]) => question === "Which model?")![1];
  assert.match(
    lines,
    /Its Dice is 0\.\d+ \(0\.000 to 1\.000\) out of fold and 0\.\d+ \(0\.000 to 1\.000\) on the test/,
  );
  assert.match(recommendationText(recommend(few)), /is 0\.\d+ \(0\.000 to 1\.000\) out of fold/);
  assert.doesNotMatch(membersChart(few).description, /1\.[1-9]|−/);
});
