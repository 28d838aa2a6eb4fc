// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { clipScore, openStudy, recommend, showScore } from "lib/study";
import { recommendationText } from "lib/study/recommend/recommendation_text.ts";
import { membersChart } from "lib/study/report/members_chart.ts";
import { studyLines } from "lib/study/report/study_lines.ts";

const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));

Deno.test("a score's interval ends at 0 and 1", () => {
  assert.equal(showScore({ estimate: 0.95, low: 0.8, high: 1.1 }), "0.950 (0.800 to 1.000)");
  assert.equal(showScore({ estimate: 0.05, low: -0.1, high: 0.2 }), "0.050 (0.000 to 0.200)");
  assert.deepEqual(clipScore({ estimate: 0.9, low: NaN, high: 0.95 }), { estimate: 0.9, low: NaN, high: 0.95 });
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
