import assert from "node:assert/strict";
import { join } from "node:path";
// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvParse } from "d3-dsv";
import { mean } from "lib/math/mean.ts";
import { projectFolder } from "lib/runs";
import { BEST_SINGLE, compareEnsembles, compareLosses, imageScoreCsv, objectScores, openStudy } from "lib/study";

const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
const { analysis, runs } = study;
const table = csvParse(imageScoreCsv(study));

/** The out-of-fold scores of a name, by image. */
const outOfFold = (name: string) =>
  new Map(table.filter((row) => row.name === name && row.split === "out-of-fold").map(({ id, dice }) => [id, +dice]));

Deno.test("the table of scores gives the analysis' mean of a member, and its paired difference of an ensemble", () => {
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);
  const vote = outOfFold("soft-voting"), best = outOfFold(BEST_SINGLE);
  assert.equal(vote.size, 263);
  near(mean([...vote].map(([id, dice]) => dice - best.get(id)!)), versusBest("soft-voting"));
  for (const { name, outOfFold: dice } of analysis.members) near(mean([...outOfFold(name).values()]), mean(dice));
  const bce = outOfFold("pspnet bce"), focal = outOfFold("pspnet focal");
  const { difference } = compareLosses(analysis).find(({ architecture }) => architecture === "pspnet")!;
  near(mean([...bce].map(([id, dice]) => dice - focal.get(id)!)), difference.estimate);
});

function versusBest(id: string): number {
  return compareEnsembles(analysis, "outOfFold").find((each) => each.id === id)!.versusBest.difference.estimate;
}

Deno.test("the scores of a member and of a further seed are those in the records of their runs", () => {
  for (const [name, kind] of [["unet focal", "member"], ["dsb2018_fluo-pspnet-resnet34-bce-fold0-seed3", "run"]]) {
    const rows = table.filter((row) => row.kind === kind && row.name.startsWith(name) && row.fold === "0");
    const { run, config, data, imageDice, testDice } = runs.find(({ run }) => run === rows[0].name) ??
      runs.find(({ run }) => run === analysis.members.find((each) => each.name === name)!.runs[0])!;
    for (
      const [split, ids, dice] of [["out-of-fold", data.validation, imageDice], ["test", data.test, testDice]] as const
    ) {
      const found = rows.filter((row) => row.split === split);
      assert.deepEqual(found.map(({ id }) => id), ids, run);
      for (const [i, row] of found.entries()) {
        assert.ok(Math.abs(+row.dice - dice.model[i]!) < 1e-6);
        assert.deepEqual([row.loss, +row.seed], [config.loss, config.seed]);
      }
    }
  }
});

Deno.test("a further run without scores of test images has no row of them", () => {
  const isMember = (name: string) => analysis.members.some((member) => member.runs.includes(name));
  const further = runs.find(({ run }) => !isMember(run))!;
  const rows = csvParse(imageScoreCsv({ analysis, runs: [{ ...further, testDice: {} }] }));
  const found = rows.filter(({ name }) => name === further.run);
  assert.deepEqual(new Set(found.map(({ split }) => split)), new Set(["out-of-fold"]));
  assert.equal(found.length, further.data.validation.length);
});

Deno.test("every image has a group and one score by each member, ensemble and baseline", () => {
  const { ids, groups } = analysis.outOfFold;
  assert.ok(table.every(({ group, dice }) => group !== "" && +dice >= 0 && +dice <= 1));
  const scored = table.filter(({ split, kind }) => split === "out-of-fold" && kind !== "run");
  assert.equal(scored.length, ids.length * (analysis.members.length + analysis.ensembles.length + 2));
  const tested = table.filter(({ split, kind }) => split === "test" && kind !== "run");
  const models = 3 * (analysis.members.length + analysis.ensembles.length) + 2;
  assert.equal(tested.length, analysis.test.ids.length * models);
  assert.deepEqual(new Map(scored.map(({ id, group }) => [id, group])), new Map(ids.map((id, i) => [id, groups[i]])));
});

Deno.test("ensembles of each seed, averaged precisions and classes have their cells", () => {
  const [first, second] = analysis.members;
  const two = imageScoreCsv({
    analysis: {
      ...analysis,
      members: [
        { ...first, precision: first.outOfFold.map(() => 0.25), classDice: { "a, b": first.outOfFold.map(() => NaN) } },
        { ...second, seed: 7 },
      ],
      ensembles: [{ ...analysis.ensembles[1], bySeed: [first.outOfFold, second.outOfFold] }],
    },
  });
  const rows = csvParse(two);
  assert.deepEqual([rows.columns.at(-1), rows[0].average_precision, rows[0]["dice_a, b"]], ["dice_a, b", "0.25", ""]);
  const votes = rows.filter(({ kind, split }) => kind === "ensemble" && split === "out-of-fold");
  assert.deepEqual([...new Set(votes.map(({ seed }) => seed))], ["", "1", "7"]);
  assert.equal(+votes.find(({ seed }) => seed === "7")!.dice, second.outOfFold[0]);
});

Deno.test("counts of objects have a column each, from which the pooled scores follow", () => {
  const [first, second] = analysis.members, images = analysis.outOfFold.ids.length;
  const each = (value: (i: number) => number) => Array.from({ length: images }, (_, i) => value(i));
  const objects = {
    truth: each((i) => i % 5),
    predicted: each((i) => i % 4),
    matches: Array.from({ length: 10 }, (_, k) => each((i) => k < 5 ? Math.min(i % 4, i % 5) : 0)),
    intersection: each((i) => i),
    union: each((i) => 2 * i + 1),
  };
  const rows = csvParse(imageScoreCsv({ analysis: { ...analysis, members: [{ ...first, objects }, second] } }));
  const thresholds = Array.from({ length: 10 }, (_, k) => `matches_${((50 + 5 * k) / 100).toFixed(2)}`);
  assert.deepEqual(rows.columns.slice(rows.columns.indexOf("average_precision") + 1), [
    "true_objects",
    "predicted_objects",
    ...thresholds,
    "intersection",
    "union",
  ]);
  const held = rows.filter(({ name, split }) => name === first.name && split === "out-of-fold");
  const total = (column: string) => held.reduce((sum, row) => sum + +row[column], 0);
  assert.equal(
    2 * total("matches_0.50") / (total("true_objects") + total("predicted_objects")),
    objectScores({ objects })!.f1,
  );
  assert.deepEqual([held[7].intersection, held[7].union, held[7]["matches_0.95"]], ["7", "15", "0"]);
  assert.equal(rows.find(({ name }) => name === second.name)!.true_objects, "");
});
