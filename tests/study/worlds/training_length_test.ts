// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { differenceVerdict, type Estimate, type Interval } from "lib/evaluate";
import { projectFolder } from "lib/runs";
import { openTrainingLengths, trainingLengthChart, trainingLengthRows } from "lib/study";
import { showDifference, showNumber } from "lib/study/claims/show_interval.ts";
import { LENGTHS_FILE } from "lib/study/worlds/training_length.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { numpyPython } from "../publish/numpy_python.ts";

const SCRIPT = fileURLToPath(new URL("../../fixtures/recompute_training_length.py", import.meta.url));
const stored = join(projectFolder(), "results/committed/fluo-trained-out");
const python = await numpyPython("scipy");

function assertEqual(found: Estimate & { verdict: string }, expected: Interval, what: string): void {
  for (const end of ["estimate", "low", "high"] as const) {
    assert.ok(Math.abs(found[end] - expected[end]) < 1e-5, `${what}: ${end} is ${expected[end]}, not ${found[end]}`);
  }
  if (what.includes("inus")) assert.equal(differenceVerdict(expected), found.verdict, what);
}

Deno.test({
  name: `SciPy computes the numbers of the world trained out from the Dice of each image${
    python ? "" : " (skipped: there is no Python with SciPy)"
  }`,
  ignore: !python,
  fn: async () => {
    const { lengths } = (await openTrainingLengths())!;
    const { stdout, stderr, success } = await new Deno.Command(python!, { args: [SCRIPT, join(stored, "scores.csv")] })
      .output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const found = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(Object.keys(found).length, lengths.length);
    for (const { steps, members, vote, voteMinusMean, voteMinusBest, unetMinus } of lengths) {
      const each = found[steps];
      for (const [name, score] of Object.entries(members)) assertEqual(each.members[name], score, name);
      assertEqual(each.vote, vote, "vote");
      assertEqual(each.voteMinusMean, voteMinusMean.difference, "voteMinusMean");
      assertEqual(each.voteMinusBest, voteMinusBest.difference, "voteMinusBest");
      for (const [name, { difference }] of Object.entries(unetMinus)) {
        assertEqual(each.unetMinus[name], difference, `unetMinus ${name}`);
      }
    }
  },
});

Deno.test("the world trained out has a column for each length, three trainings of four networks, and verdicts", async () => {
  const record = (await openTrainingLengths())!, { lengths, seeds } = record;
  assert.equal(seeds.length, 3);
  const [head, ...rows] = trainingLengthRows(record);
  assert.deepEqual(head, ["", ...lengths.map(({ steps }) => `${steps} steps`)]);
  assert.ok(rows.every(({ length }) => length === head.length));
  const names = ["UNet", "DeepLabV3", "DeepLabV3+", "PSPNet", "soft voting"];
  assert.deepEqual(rows.map(([name]) => name).filter((name) => !name.includes("−")), names);
  for (const [name, ...cells] of rows) {
    const what = name.includes("−") ? /: (better|worse|equivalent|inconclusive)/ : /^0\.\d{3} \(0\.\d{3} to /;
    for (const cell of cells) assert.match(cell, what, name);
  }
  const { description } = trainingLengthChart(record);
  for (const name of names) assert.match(description, new RegExp(`${name.replace("+", "\\+")} 0\\.\\d{3}`));
});

Deno.test("a damaged record of the world trained out is refused, and a missing one is none", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await openTrainingLengths(folder.path), undefined);
  const text = await Deno.readTextFile(join(stored, LENGTHS_FILE));
  await Deno.writeTextFile(join(folder.path, LENGTHS_FILE), text.replace(/"estimate": 0\.\d/, '"estimate": 0.1'));
  await assert.rejects(openTrainingLengths(folder.path), {
    name: "RunError",
    message: /training-length\.json.*damaged/,
  });
});

Deno.test("the page of results has the numbers of the world trained out", async () => {
  const page = await Deno.readTextFile(join(projectFolder(), "docs/study/results.md"));
  const { lengths, seeds, images } = (await openTrainingLengths())!;
  const assertRow = (name: string, cell: (length: typeof lengths[number]) => string) => {
    const row = `| ${[name, ...lengths.map(cell)].join(" | ")} |`;
    assert.ok(page.includes(row), `the page lacks ${row}`);
  };
  assertRow("UNet", ({ members }) => showNumber(members.unet.estimate));
  assertRow("PSPNet", ({ members }) => showNumber(members.pspnet.estimate));
  assertRow("soft voting", ({ vote }) => showNumber(vote.estimate));
  assertRow("UNet − DeepLabV3+", ({ unetMinus }) => showDifference(unetMinus.deeplabv3plus.difference));
  assertRow("UNet − DeepLabV3", ({ unetMinus }) => showDifference(unetMinus.deeplabv3.difference));
  assertRow("soft voting − mean member", ({ voteMinusMean }) => showDifference(voteMinusMean.difference));
  assertRow("soft voting − best single member", ({ voteMinusBest }) => showDifference(voteMinusBest.difference));
  const [{ vote }] = lengths;
  assert.deepEqual([images, seeds.length, vote.groups, vote.trainings], [309, 3, 35, 3]);
  assert.match(page, new RegExp(`Intervals are over ${vote.groups} groups and three trainings`));
});
