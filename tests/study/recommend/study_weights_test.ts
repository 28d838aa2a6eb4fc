// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, generateDataset, openSegmenter } from "lib";
import { StudyGrid } from "lib/runs";
import { readAnalysis, readRuns, runStudy, studyEnsemble } from "lib/study";
import { exists } from "lib/io/exists.ts";
import { savedPredictions } from "lib/runs/saved_predictions.ts";
import { weightsSize } from "lib/runs/grid/weights_size.ts";
import { recommendStudy } from "lib/study/recommend/recommend_study.ts";
import { readRecommendation } from "lib/study/recommend/recommendation_store.ts";
import { writeStudySource } from "lib/study/study_source.ts";
import { modelPath } from "../../../tasks/model_path.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 8, size: 64, seed: 8 });
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
  const study = { grid, dataset, results: folder };
  const hasWeights = (run: string) => exists(join(folder, run, "model.safetensors"));
  const discarded = await runStudy({ ...study, keepWeights: false });
  for (const { run } of discarded.jobs) assert.ok(!await hasWeights(run));
  assert.equal(discarded.recommendation.command, null);
  const { kind, members: [{ runs: names }] } = discarded.recommendation;
  assert.deepEqual([kind, names.length], ["single", 2]);

  const warnings: string[] = [];
  const onWarning = (warning: string) => warnings.push(warning);
  assert.equal((await runStudy({ ...study, onWarning })).recommendation.command, null);
  assert.match(warnings.join(), /4 of 4 runs have no weights\. .*delete these folders.*:\n {2}.*-fold0-/);
  assert.ok(!await exists(join(folder, "ensemble.json")));

  const other = discarded.jobs.find(({ block }) => block === "seeds")!.run;
  for (const run of [...names, other]) await Deno.remove(join(folder, run), { recursive: true });
  const { recommendation, jobs } = await runStudy(study);
  assert.equal(recommendation.command, `deno task predict ${folder} images/`);
  assert.deepEqual(await readRecommendation(folder), recommendation);
  for (const { run } of jobs) assert.equal(await hasWeights(run), names.includes(run), run);

  // The weights of the other member are missing.
  await assert.rejects(
    modelPath(folder),
    (error: Error) =>
      /^2 of 4 runs have no weights\./.test(error.message) && names.every((run) => !error.message.includes(run)),
  );
  const again: string[] = [];
  await runStudy({ ...study, onWarning: (warning) => again.push(warning) });
  assert.match(again.join(), /^2 of 4 runs have no weights\./);

  const runs = await readRuns(folder), analysis = await readAnalysis(folder);
  using opened = await openSegmenter(folder);
  for (const run of names) {
    const record = runs.find((record) => record.run === run)!;
    const [{ id, probabilities }] = await savedPredictions(folder, record, "validation");
    const found = await opened.predict(dataset.samples.find((sample) => sample.id === id)!.image);
    found.forEach((p, i) => assert.ok(Math.abs(p - probabilities[i]) <= 1e-3 && p > 0.5 === probabilities[i] > 0.5));
  }
  using single = await studyEnsemble({ folder, analysis, runs, dataset }, "best-single", [
    recommendation.members[0].name,
  ]);
  const [{ image }] = dataset.samples;
  assert.deepEqual(await single.predict(image), await opened.predict(image));
  await assert.rejects(
    studyEnsemble({ folder, analysis, runs, dataset }, "soft-voting"),
    /2 of 4 runs have no weights\. .*delete these/,
  );
  await writeStudySource(folder, { folder: "my-images", channels: [2] });
  const { recommendation: withChannel } = await recommendStudy({ folder, analysis, runs, dataset });
  assert.equal(withChannel.command, `deno task predict ${folder} images/ --channels 2`);
  const others = await generateDataset({ count: 8, size: 64, seed: 9 });
  await assert.rejects(
    studyEnsemble({ folder, analysis, runs, dataset: others }, "soft-voting"),
    /is a study of other images/,
  );
});

Deno.test("the place of a study's weights counts the parameters of each run of the main block", () => {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  const parameters = 4 * model.weights.countParameters();
  model.dispose();
  assert.deepEqual(weightsSize(grid), { runs: 4, parameters, halfBytes: 2 * parameters });
});
