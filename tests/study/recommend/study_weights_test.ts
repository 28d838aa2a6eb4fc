// @tags slow
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { createModel, generateDataset, openDataset, openSegmenter, runtimeInfo } from "lib";
import { StudyGrid } from "lib/runs";
import { imageScoreCsv, methodsText, readAnalysis, readRuns, runStudy, studyEnsemble } from "lib/study";
import { exists } from "lib/io/exists.ts";
import { savedPredictions } from "lib/runs/saved_predictions.ts";
import { tuneWatershed } from "lib/runs/score_run_objects.ts";
import { weightsSize } from "lib/runs/grid/weights_size.ts";
import { recommendStudy } from "lib/study/recommend/recommend_study.ts";
import { readRecommendation } from "lib/study/recommend/recommendation_store.ts";
import { restoreCommand } from "lib/study/recommend/restore_command.ts";
import { tunedThreshold } from "lib/study/recommend/tuned_threshold.ts";
import { writeStudySource } from "lib/study/study_source.ts";
import { modelPath } from "../../../tasks/model_path.ts";
import { openModel } from "../../../tasks/predict/open_model.ts";
import { writeImageFolder } from "../../fixtures/image_folder.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { runTask } from "../../tasks/run_task.ts";

const images = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(images, { recursive: true }));
await writeImageFolder(images, (await generateDataset({ count: 8, size: 64, seed: 8 })).samples);
const dataset = await openDataset(images);
const grid = StudyGrid.parse({
  config: { encoder: "mobilenet_v2", cropSize: 64, batchSize: 2, folds: 2, testShare: 0, epochs: 1, warmupSteps: 1 },
  blocks: [
    { folds: [0, 1], architectures: ["pspnet"] },
    { name: "seeds", folds: [0], architectures: ["pspnet"], losses: ["bce"], seeds: [2] },
  ],
});

Deno.test("a study keeps its members' weights unless told not to, and then opens as the recommended member", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "study");
  const processes = { jobs: 1, threads: runtimeInfo().threads };
  const study = { grid, dataset, source: { folder: images }, processes, results: folder };
  const hasWeights = (run: string) => exists(join(folder, run, "model.safetensors"));
  const discarded = await runStudy({ ...study, keepWeights: false });
  for (const { run, record } of discarded.jobs) {
    assert.ok(!await hasWeights(run));
    assert.equal(record!.objects, undefined);
  }
  assert.equal(discarded.recommendation.command, null);
  const published = { analysis: await readAnalysis(folder), runs: await readRuns(folder) };
  assert.equal(await Deno.readTextFile(join(folder, "methods.md")), methodsText(published));
  const scores = (csv: string) => csv.split("\r\n").sort();
  assert.deepEqual(scores(await Deno.readTextFile(join(folder, "scores.csv"))), scores(imageScoreCsv(published)));
  const { kind, members: [{ runs: names }] } = discarded.recommendation;
  assert.deepEqual([kind, names.length], ["single", 2]);

  const warnings: string[] = [];
  const onWarning = (warning: string) => warnings.push(warning);
  assert.equal((await runStudy({ ...study, onWarning })).recommendation.command, null);
  const [, command] = warnings.join().match(
    /^4 of 4 runs have no weights, .* This command trains them again, and no other run:\n {2}(.*)\nThe runs are:\n {2}.*-fold0-/,
  )!;
  assert.ok(!await exists(join(folder, "ensemble.json")));

  // The command trains the main block again, and gives the same numbers.
  const { code, error } = await runTask("study", ...command.replace("deno task study ", "").split(" "));
  assert.equal(code, 0, error);
  const { recommendation, jobs } = await runStudy(study);
  // Whether a tuned threshold is better differs between processors.
  const tunedHere = tunedThreshold(recommendation), option = tunedHere === undefined ? "" : ` --threshold ${tunedHere}`;
  assert.equal(recommendation.command, `deno task predict ${folder} images/${option}`);
  assert.deepEqual(await readRecommendation(folder), recommendation);
  for (const [i, { run, block, state, record }] of jobs.entries()) {
    assert.equal(state, "reused");
    assert.equal(await hasWeights(run), block === "main", run);
    assert.deepEqual(record!.stepLosses, discarded.jobs[i].record!.stepLosses);
  }

  // A damaged and a missing file are named, and trained again.
  const [damaged, missing] = names.map((run) => join(folder, run, "model.safetensors"));
  const bytes = await Deno.readFile(damaged);
  bytes[bytes.length - 100] ^= 8;
  await Deno.writeFile(damaged, bytes);
  await Deno.remove(missing);
  const lost = /^2 of 4 runs have no weights, .* --restore-weights\nThe runs are:\n {2}.* \(damaged\)\n {2}[^ ]*$/s;
  await assert.rejects(openModel(folder, {}), { name: "ConfigError", message: lost });
  const again: string[] = [];
  await runStudy({ ...study, onWarning: (warning) => again.push(warning) });
  assert.match(again.join(), lost);
  const restored = await runStudy({ ...study, restoreWeights: true });
  assert.deepEqual(
    restored.jobs.filter(({ state }) => state !== "reused").map(({ run }) => run).sort(),
    names.toSorted(),
  );

  // The weights of the other member are missing.
  const others = jobs.filter(({ run, block }) => block === "main" && !names.includes(run)).map(({ run }) => run);
  for (const run of others) await Deno.remove(join(folder, run, "model.safetensors"));
  await Deno.rename(join(folder, "ensemble.json"), join(folder, "away.json"));
  await assert.rejects(
    modelPath(folder),
    (error: Error) =>
      /^2 of 4 runs have no weights/.test(error.message) && names.every((run) => !error.message.includes(run)),
  );
  await Deno.rename(join(folder, "away.json"), join(folder, "ensemble.json"));

  const runs = await readRuns(folder), analysis = await readAnalysis(folder);
  using opened = await openSegmenter(folder);
  const outOfFold: Awaited<ReturnType<typeof savedPredictions>> = [];
  for (const run of names) {
    const record = runs.find((record) => record.run === run)!;
    const saved = await savedPredictions(folder, record, "validation");
    outOfFold.push(...saved);
    const [{ id, probabilities }] = saved;
    const found = await opened.predict(dataset.samples.find((sample) => sample.id === id)!.image);
    found.forEach((p, i) => assert.ok(Math.abs(p - probabilities[i]) <= 1e-3 && p > 0.5 === probabilities[i] > 0.5));
  }
  // Its objects are found as is best on the study's maps.
  const samples = outOfFold.map(({ id }) => dataset.samples.find((sample) => sample.id === id)!);
  const maps = outOfFold.map(({ probabilities }) => probabilities);
  assert.deepEqual(opened.objectParameters, tuneWatershed("foreground", { samples, maps }, "one").parameters);
  using single = await studyEnsemble({ folder, analysis, runs, dataset }, "best-single", [
    recommendation.members[0].name,
  ]);
  const [{ image }] = dataset.samples;
  assert.deepEqual(await single.predict(image), await opened.predict(image));
  assert.deepEqual(single.objectParameters, opened.objectParameters);
  await assert.rejects(
    studyEnsemble({ folder, analysis, runs, dataset }, "majority-vote" as "majority-voting"),
    /method is "majority-vote": .*majority-voting/,
  );
  await assert.rejects(
    studyEnsemble({ folder, analysis, runs, dataset }, "soft-voting"),
    /2 of 4 runs have no weights, .* --restore-weights\n/s,
  );
  await writeStudySource(folder, { folder: "my images", channels: [2], skipBad: true });
  assert.equal(
    await restoreCommand(folder),
    `deno task study --data '${resolve("my images")}' --skip-bad --channels 2 --grid ${folder}/grid.json ` +
      `--results ${folder} --restore-weights`,
  );
  const { recommendation: withChannel } = await recommendStudy({ folder, analysis, runs, dataset });
  assert.equal(withChannel.command, `deno task predict ${folder} images/${option} --channels 2`);
  // A threshold that the study found to be better is in the command; the model's own stays.
  const members = analysis.members.map((member) => ({
    ...member,
    tunedThresholds: [0.2, 0.3],
    tunedOutOfFold: member.outOfFold.map((dice) => dice + 0.2),
  }));
  const { recommendation: tuned } = await recommendStudy({ folder, analysis: { ...analysis, members }, runs, dataset });
  assert.equal(tuned.command, `deno task predict ${folder} images/ --threshold 0.25 --channels 2`);
  using untouched = await openSegmenter(folder);
  assert.equal(untouched.threshold, 0.5);
  const otherImages = await generateDataset({ count: 8, size: 64, seed: 9 });
  await assert.rejects(
    studyEnsemble({ folder, analysis, runs, dataset: otherImages }, "soft-voting"),
    /is a study of other images/,
  );
});

Deno.test("the place of a study's weights counts the parameters of each run of the main block", () => {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  const parameters = 4 * model.weights.countParameters();
  model.dispose();
  assert.deepEqual(weightsSize(grid), { runs: 4, parameters, halfBytes: 2 * parameters });
});
