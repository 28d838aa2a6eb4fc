import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { compareBatchSizes, compareLossSeeds, openStudy, seedNull, seedNullSentence } from "lib/study";

const committed = join(projectFolder(), "results/committed");
const study = await openStudy("dsb2018_fluo", committed);

Deno.test("trainings that differ only in the seed are compared pair by pair, on the first fold", () => {
  const found = seedNull(study)!;
  // Five seeds of two architectures and two losses.
  assert.deepEqual(found.recipes.toSorted(), ["pspnet bce", "pspnet focal", "unet bce", "unet focal"]);
  assert.deepEqual([found.pairs, found.excluding, found.decided, found.largest.toFixed(4)], [40, 15, 0, "0.0132"]);
  assert.equal(
    seedNullSentence(found),
    "On the first fold two trainings of one recipe differ by up to 0.013 Dice; 15 of 40 intervals over groups exclude 0 (nominal: 2).",
  );
});

Deno.test("a training that copies another adds no difference, and one that is better by a tenth shows", () => {
  const seeds = study.runs.filter(({ config }) =>
    config.architecture === "unet" && config.loss === "bce" && config.fold === 0 && config.seed <= 2
  );
  const [first, second] = [1, 2].map((seed) =>
    seeds.find(({ config, stepLosses }) => config.seed === seed && stepLosses.length === study.analysis.steps)!
  );
  const withDice = (shift: number) => ({
    ...second,
    imageDice: { ...first.imageDice, model: first.imageDice.model.map((dice) => dice! + shift) },
    testDice: { ...first.testDice, model: first.testDice.model.map((dice) => dice! + shift) },
  });
  const compare = (shift: number) => seedNull({ analysis: study.analysis, runs: [first, withDice(shift)] })!;
  assert.deepEqual([compare(0).pairs, compare(0).excluding, compare(0).decided, compare(0).largest], [1, 0, 0, 0]);
  assert.deepEqual([compare(0.1).excluding, compare(0.1).decided, compare(0.1).largest.toFixed(6)], [1, 1, "0.100000"]);
});

Deno.test("a first fold with one group of images has no comparisons of its trainings, and no error", () => {
  const { outOfFold, test } = study.analysis;
  const one = { ...outOfFold, groups: outOfFold.groups.map(() => "plate") };
  const single = {
    ...study,
    analysis: { ...study.analysis, outOfFold: one, test: { ...test, groups: test.ids.map(() => "plate") } },
  };
  assert.equal(seedNull(single), undefined);
  assert.deepEqual([compareLossSeeds(single), compareBatchSizes(single)], [[], []]);
});

Deno.test("a study with one seed has no comparison of seeds", () => {
  const runs = study.runs.filter(({ config }) => config.seed === 1);
  assert.equal(seedNull({ analysis: study.analysis, runs }), undefined);
});
