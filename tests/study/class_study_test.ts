// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { generateDataset, makeDataset, openSegmenter } from "lib";
import { VOID_CLASS } from "lib/images/image.ts";
import { mean } from "lib/math/mean.ts";
import { readGrid, StudyGrid } from "lib/runs";
import { savedPredictions } from "lib/runs/saved_predictions.ts";
import {
  claimRows,
  compareLosses,
  compareStability,
  judgeClaims,
  leftOutNote,
  lossStability,
  readStudy,
  runStudy,
  type Study,
  studyEnsemble,
  unexaminedClaims,
} from "lib/study";
import { recommendationText } from "lib/study/recommend/recommendation_text.ts";
import { readRecommendation } from "lib/study/recommend/recommendation_store.ts";
import { firstPage } from "lib/study/report/first_page.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "../tasks/run_task.ts";

const generated = await generateDataset({ count: 10, size: 64, seed: 11, kinds: 2 });
/** The upper left corner of each image is void, and most images have no long cell. */
const dataset = await makeDataset(
  "two-kinds",
  generated.samples.map((sample) => {
    const classes = sample.labels.classes!.map((c, i) => i % 64 < 12 && i < 12 * 64 ? VOID_CLASS : c);
    const data = sample.labels.data.map((label, i) => classes[i] === VOID_CLASS ? 0 : label);
    return { ...sample, labels: { ...sample.labels, data, classes } };
  }),
  generated.classes,
);
const small = { encoder: "mobilenet_v2", cropSize: 64, batchSize: 2, folds: 2, epochs: 2, warmupSteps: 1 };

/** Computes the Dice of the round and of the long cells, NaN where there is none, and the mean of the others, without void. */
function judge(map: Float32Array, truth: Uint8Array): number[] {
  const dice = [1, 2].map((c) => {
    let both = 0, sum = 0;
    for (let i = 0; i < truth.length; i++) {
      if (truth[i] === VOID_CLASS) continue;
      const [a, b, d] = map.subarray(3 * i), found = d > a && d > b ? 2 : b > a ? 1 : 0;
      if (found === c && truth[i] === c) both++;
      sum += Number(found === c) + Number(truth[i] === c);
    }
    return 2 * both / sum;
  });
  const occurring = dice.filter((each) => !Number.isNaN(each));
  return [...dice, occurring.length ? mean(occurring) : 1];
}

Deno.test("a study of classes trains, analyses, recommends and predicts, and says what it leaves out", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "study");
  const grid = StudyGrid.parse({
    config: { ...small, task: "classes", testShare: 0.2, gradientNorm: true },
    keepTrainingMaps: true,
    blocks: [
      { folds: [0], architectures: ["pspnet"], config: { keepEpochs: [1] } },
      { folds: [1], architectures: ["pspnet"] },
    ],
  });
  const { analysis, jobs, recommendation, runs: csv } = await runStudy({ grid, dataset, results: folder });
  assert.deepEqual((await readGrid(join(folder, "grid.json"))).config.classNames, ["background", "round", "long"]);
  assert.deepEqual([...new Set(jobs.map(({ config }) => config.loss))], ["cross-entropy", "focal"]);
  assert.deepEqual(analysis.members.map(({ name }) => name), ["pspnet cross-entropy", "pspnet focal"]);
  assert.equal(analysis.task, "classes");
  assert.match(await Deno.readTextFile(csv), /cross-entropy/);

  // The members' Dice, from the kept maps.
  const [member] = analysis.members, truths = new Map(dataset.samples.map(({ id, labels }) => [id, labels.classes!]));
  const records = jobs.flatMap(({ record }) => record ? [record] : []);
  const scores = new Map<string, number[]>(), recorded = new Map<string, number | null>();
  for (const run of member.runs) {
    const record = records.find((each) => each.run === run)!;
    for (const { id, probabilities } of await savedPredictions(folder, record, "validation")) {
      scores.set(id, judge(probabilities, truths.get(id)!));
    }
    record.data.validation.forEach((id, i) => recorded.set(id, record.imageDice.model[i]));
  }
  const expected = analysis.outOfFold.ids.map((id) => scores.get(id)!);
  expected.forEach(([round, long, macro], i) => {
    const { round: r, long: l } = member.classDice!;
    for (const [found, wanted] of [[r[i], round], [l[i], long], [member.outOfFold[i], macro]]) {
      assert.ok(Object.is(found, wanted) || Math.abs(found - wanted) < 1e-5, `${found}, not ${wanted}`);
    }
  });
  assert.deepEqual(member.outOfFold, analysis.outOfFold.ids.map((id) => recorded.get(id) ?? 1));
  assert.deepEqual(analysis.ensembles.map(({ id }) => id), [
    "best-single",
    "soft-voting",
    "weighted-soft-voting",
    "greedy-selection",
    "majority-voting",
    "shallow-cnn",
    "residual",
    "shallow-cnn-in-fold",
    "residual-in-fold",
  ]);
  for (const { outOfFold, classDice, test } of analysis.ensembles) {
    outOfFold.forEach((dice, i) => {
      const occurring = [classDice!.round[i], classDice!.long[i]].filter((each) => !Number.isNaN(each));
      assert.ok(Math.abs(dice - (occurring.length ? mean(occurring) : 1)) < 1e-9);
    });
    assert.equal(test.length, 2);
  }

  // What is defined for foreground only is left out, and nothing else is empty.
  assert.deepEqual(analysis.leftOut, ["baselines", "calibration", "thresholds", "tuned-conventions"]);
  assert.deepEqual([analysis.baselines, member.calibration, member.thresholds], [{}, undefined, []]);
  assert.equal(Object.keys(member.conventions).length, 4);
  assert.equal(leftOutNote(analysis, "calibration"), "Calibration is defined for foreground only: left out.");
  for (const { memberError, ambiguity, ensembleError } of Object.values(analysis.ambiguity)) {
    assert.ok(Math.abs(memberError - ambiguity - ensembleError) < 1e-6);
  }
  analysis.oracle.pixel.forEach((dice, i) => assert.ok(dice >= analysis.oracle.image[i] - 1e-9));
  assert.ok(Math.abs(analysis.diversity.foreground.right.reduce((a, b) => a + b) - 1) < 1e-9);

  // Claims, the report's first page, and what the notebooks compute.
  const study: Study = await readStudy({ name: "study", folder, committed: false, place: "study" });
  assert.deepEqual(unexaminedClaims(study).map(({ id }) => id), [
    "no-better-than-all-foreground",
    "same-predictions",
    "bce-more-stable",
  ]);
  assert.ok(judgeClaims(study).every(({ id }) => id !== "bce-more-stable"));
  assert.match(claimRows([study], ["bce-more-stable"])[0][2], /^not examined: Dice at each threshold is defined for/);
  assert.deepEqual(compareLosses(study.analysis).map(({ architecture }) => architecture), ["pspnet", "all"]);
  const [usual] = lossStability(study);
  assert.deepEqual([usual.loss, usual.diceLostAtHalf, usual.calibrationError], ["cross-entropy", null, null]);
  // One architecture has no interval over architectures.
  assert.deepEqual(compareStability(study), []);
  const { markdown } = firstPage(study, { demonstration: false });
  for (
    const text of [
      /Task: classes\./,
      /PSPNet with .* Its mean Dice of the classes is \d/,
      /Otsu's threshold and with all foreground is defined for foreground only: left out\./,
      /\(by class: round \d.*, long \d/,
      /"BCE is more stable than focal loss\." Not examined here: Dice at each threshold/,
      /cross-entropy less focal loss in the mean of PSPNet: /,
    ]
  ) assert.match(markdown, text);
  assert.doesNotMatch(markdown, /NaN|undefined/);

  // The recommendation, and predictions with it.
  assert.deepEqual(await readRecommendation(folder), recommendation);
  assert.deepEqual(Object.keys(recommendation.classes!), ["round", "long"]);
  assert.match(
    recommendationText(recommendation),
    /Its mean Dice over the classes is .*By class, out of fold: round \d.*, long \d/,
  );
  using opened = await openSegmenter(folder);
  const [{ id, image }] = dataset.samples.filter(({ id }) => analysis.outOfFold.ids.includes(id));
  const found = await opened.segment(image);
  const map = await opened.predict(image);
  const mostProbable = Array.from(found.labels.data, (_, i) => {
    const [a, b, c] = map.subarray(3 * i);
    return c > a && c > b ? 2 : b > a ? 1 : 0;
  });
  assert.deepEqual([...found.labels.classes!], mostProbable);
  using single = await studyEnsemble({ ...study, dataset }, "best-single", [member.name]);
  const alone = await single.predict(image);
  const run = member.runs[analysis.outOfFold.folds[analysis.outOfFold.ids.indexOf(id)]];
  const kept = await savedPredictions(folder, records.find((record) => record.run === run)!, "validation");
  const { probabilities } = kept.find((each) => each.id === id)!;
  assert.equal(alone.length, probabilities.length);
  alone.forEach((p, i) => assert.ok(Math.abs(p - probabilities[i]) <= 1e-3));
  for (const method of ["majority-voting", "shallow-cnn"] as const) {
    using combined = await studyEnsemble({ ...study, dataset }, method);
    const path = join(temporary.path, method);
    await combined.save(path);
    using again = await openSegmenter(path);
    assert.deepEqual(await again.predict(image), await combined.predict(image));
  }
  const file = join(temporary.path, "cells.png"), output = join(temporary.path, "out");
  await Deno.writeFile(
    file,
    encode({ width: 64, height: 64, channels: 1, depth: 8, data: Uint8Array.from(image.data) }),
  );
  const predicted = await runTask("predict", folder, file, "--output", output);
  assert.equal(predicted.code, 0, predicted.error);
  assert.match(predicted.out, /class/);
  assert.deepEqual([...Deno.readDirSync(output)].map(({ name }) => name), ["cells_mask.png"]);
});
