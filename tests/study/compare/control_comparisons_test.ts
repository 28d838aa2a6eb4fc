import assert from "node:assert/strict";
import { join } from "node:path";
import { OptionError } from "lib/io/option_error.ts";
import { projectFolder } from "lib/runs";
import type { RunRecord } from "lib/runs/run_store.ts";
import { compareSeedsWithControl, compareWithControl, openStudy, type World, worldRows } from "lib/study";

const study = await openStudy("weak-members", join(projectFolder(), "results/committed")), { analysis } = study;
/** The study with other scores of one architecture. */
const changed = (by: number, without = "") => ({
  ...analysis,
  members: analysis.members.filter(({ name }) => name !== without).map((member) => ({
    ...member,
    outOfFold: member.outOfFold.map((dice, i) => member.architecture === "unet" ? dice - by * (1 + i % 2) : dice),
  })),
});
const shown = (compared: ReturnType<typeof compareWithControl>) =>
  compared.map(({ architecture, comparison }) => [architecture, +comparison.difference.estimate.toFixed(6)]);

Deno.test("a study is compared with its control by architecture, and in the mean of all", () => {
  assert.ok(analysis.outOfFold.ids.length % 2 === 0);
  const whole = compareWithControl(analysis, changed(0.1));
  assert.deepEqual(shown(whole), [["unet", 0.15], ["deeplabv3", 0], ["deeplabv3plus", 0], ["pspnet", 0], [
    "all",
    0.0375,
  ]]);
  // A member that the control lacks does not count, and tuned scores are those that were not changed.
  assert.deepEqual(shown(compareWithControl(analysis, changed(0.1, "unet focal")))[0], ["unet", 0.15]);
  const tuned = compareWithControl(analysis, changed(0.1), ({ tunedOutOfFold }) => tunedOutOfFold);
  assert.deepEqual(tuned.map(({ comparison }) => comparison.difference.estimate), [0, 0, 0, 0, 0]);
  assert.deepEqual(compareWithControl(analysis, analysis, () => undefined), []);
});

Deno.test("the seeds of a recipe are compared with those of its control, which training may make differ", () => {
  const isChanged = ({ config }: RunRecord) => config.architecture === "pspnet" && config.loss === "bce";
  const lower = (dice: readonly (number | null)[], by: number) => dice.map((each) => each! - by);
  const change = (run: RunRecord): RunRecord => ({
    ...run,
    imageDice: { ...run.imageDice, model: lower(run.imageDice.model, 0.1 * run.config.seed) },
    testDice: { ...run.testDice, model: lower(run.testDice.model, 0.1 * run.config.seed) },
  });
  const runs = study.runs.filter((run) => !isChanged(run) || run.config.seed !== 2);
  const control = { ...study, runs: runs.map((run) => isChanged(run) ? change(run) : run) };
  const compared = compareSeedsWithControl(study, control);
  assert.equal(compared.length, 8);
  for (const { architecture, loss, ours, theirs, comparison: { difference } } of compared) {
    const isOther = architecture === "pspnet" && loss === "bce", { length } = ours;
    assert.deepEqual(ours.map(({ config }) => config.seed), theirs.map(({ config }) => config.seed));
    assert.equal(length, isOther ? 4 : architecture === "unet" || architecture === "pspnet" ? 5 : 3);
    assert.equal(difference.trainings, length);
    // Seeds 1, 3, 4 and 5.
    assert.ok(Math.abs(difference.estimate - (isOther ? 0.325 : 0)) < 1e-9);
    assert.ok(isOther ? difference.high - difference.low > 0.4 : difference.high === 0);
  }
});

Deno.test("a control of other images or folds is refused", () => {
  const { ids, folds } = analysis.outOfFold;
  for (const other of [{ ids: ids.toReversed() }, { folds: folds.toReversed() }]) {
    const control = { ...analysis, outOfFold: { ...analysis.outOfFold, ...other } };
    assert.throws(() => compareWithControl(analysis, control), OptionError);
    assert.throws(() => compareSeedsWithControl(study, { ...study, analysis: control }), OptionError);
  }
});

Deno.test("the table of worlds has the differences from a control where it is there", () => {
  const world: World = { name: "fluo-imagenet", label: "one", decides: "", control: "fluo-scratch", study };
  const control: World = {
    name: "fluo-scratch",
    label: "two",
    decides: "",
    study: { ...study, analysis: changed(0.1) },
  };
  const rows = new Map(worldRows([world, control], "networks").map(([name, ...cells]) => [name, cells]));
  const [difference, none] = rows.get("UNet − the same network in the control, mean of both losses")!;
  assert.match(difference, /^\+0\.150 \(.*\): better$/);
  assert.equal(none, "–");
  assert.ok(rows.has("mean of all − the control, at tuned thresholds"));
  assert.ok(!worldRows([world], "networks").some(([name]) => name.includes("control")));
});
