// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset, parseConfig, readRun, RunError } from "lib";
import { gridEntries, projectFolder, runGrid, StudyGrid, studyTable, trainRun } from "lib/runs";
import {
  analyseStudy,
  compareBatchSizes,
  compareEnsembles,
  compareLosses,
  compareRuns,
  heldOutDice,
  heldOutIds,
  matchingRuns,
  objectScores,
  openStudy,
  profileGrid,
  PROFILES,
  readAnalysis,
  readRuns,
  runStudy,
  writeAnalysis,
  writeRunTable,
} from "lib/study";
import { configHash, type TrainingConfig } from "lib/train/config.ts";
import { ENSEMBLE_METHODS } from "lib/ensemble/methods/methods.ts";
import { controlLabel } from "lib/study/labels.ts";
import { measureControls } from "lib/study/analyse/controls.ts";
import { continuedGrid, readStudyGrid, writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { mapsInFile, readMaps, writeMaps } from "lib/runs/probability_maps.ts";
import { mean } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 12, size: 64, seed: 8 });
const grid = StudyGrid.parse({
  config: {
    encoder: "resnet18",
    cropSize: 64,
    batchSize: 2,
    folds: 2,
    testShare: 0.2,
    epochs: 2,
    keepEpochs: [1],
    warmupSteps: 1,
    selection: "last",
    gradientNorm: true,
  },
  keepTrainingMaps: true,
  blocks: [
    { folds: [0, 1], architectures: ["pspnet"] },
    {
      name: "training-set-size",
      folds: [0],
      architectures: ["pspnet"],
      losses: ["bce"],
      config: { trainingShare: 0.5 },
    },
    { name: "seeds", folds: [0, 1], architectures: ["pspnet"], seeds: [2] },
    { name: "training-time", folds: [0], architectures: ["pspnet"], losses: ["bce"], epochFactor: 2 },
    { name: "batch-size", folds: [0], architectures: ["pspnet"], losses: ["bce"], config: { batchSize: 1 } },
  ],
});

Deno.test("gridEntries() goes fold by fold, each run once, and refuses options that do not exist", () => {
  const entries = gridEntries(StudyGrid.parse({
    config: { folds: 3 },
    blocks: [{ folds: [0, 1], architectures: ["unet"] }, {
      name: "again",
      folds: [0],
      architectures: ["unet", "pspnet"],
    }],
  }));
  assert.deepEqual(
    entries.map(({ block, config }) => `${block} ${config.architecture} ${config.loss} ${config.fold}`),
    [
      "main unet bce 0",
      "main unet focal 0",
      "main unet bce 1",
      "main unet focal 1",
      "again pspnet bce 0",
      "again pspnet focal 0",
    ],
  );
  assert.throws(
    () => gridEntries(StudyGrid.parse({ config: { epoch: 3 }, blocks: [{ folds: [0] }] })),
    /no option "epoch": did you mean "epochs"/,
  );
  for (const profile of PROFILES) assert.ok(gridEntries(profileGrid(profile)).length >= 8);
});

Deno.test("a run's name goes by what differs from the first defaults, so that new options and defaults rename nothing", () => {
  // Written down once: a change means that runs of the past are no longer found.
  const earlier = parseConfig({ epochs: 7, loss: "focal", normalization: "percentile" });
  assert.equal(configHash(earlier, "data").slice(0, 12), "e11279d6fa7e");
  assert.notEqual(configHash(parseConfig({ epochs: 7, loss: "focal" }), "data"), configHash(earlier, "data"));
  assert.notEqual(configHash(parseConfig({ seed: 2 }), "data"), configHash(parseConfig({}), "data"));
  assert.equal(configHash(parseConfig({ workers: 3 }), "data"), configHash(parseConfig({}), "data"));
});

for (
  const [study, place] of [
    ["quick", "results/committed"],
    ["quick", "tests/fixtures/earlier-study"],
    ["dsb2018_fluo", "results/committed"],
  ] as const
) {
  Deno.test(`the runs of ${study} in ${place} keep their names, and are those that its grid asks for`, async () => {
    const folder = join(projectFolder(), place, study);
    const records = await readRuns(folder);
    assert.ok(records.length > 30, `${records.length} runs`);
    for (const { run, config, configHash: recorded, data } of records) {
      assert.equal(config.normalization, "percentile");
      assert.equal(configHash(config, data.fingerprint), recorded, run);
      assert.ok(run.endsWith(recorded.slice(0, 8)), run);
    }
    const hashes = (configs: { config: TrainingConfig; difficulty?: number }[]) =>
      new Set(configs.map(({ config }) => configHash(config, "")));
    const asked = hashes(gridEntries((await readStudyGrid(folder))!));
    for (const { run, config } of records) assert.ok(asked.has(configHash(config, "")), run);
    if (study === "quick") assert.deepEqual(hashes(gridEntries(profileGrid(study))), asked);
  });
}

Deno.test("a record without its normalisation is of percentiles; a study that began so goes on so, and a new one says what it takes", async () => {
  await using folder = await temporaryFolder();
  const [name] = (await readRuns(join(projectFolder(), "tests/fixtures/earlier-study/quick"))).map(({ run }) => run);
  const run = join(folder.path, "run");
  await Deno.mkdir(run);
  const record = JSON.parse(
    await Deno.readTextFile(join(projectFolder(), "tests/fixtures/earlier-study/quick", name, "run.json")),
  );
  delete record.config.normalization;
  await Deno.writeTextFile(join(run, "run.json"), JSON.stringify(record));
  await assert.rejects(
    readRun(run),
    /run\.json has no digest.*--accept-earlier \(in a notebook set acceptEarlier = true, in code/,
  );
  const earlier = { acceptWithoutDigest: true };
  assert.equal((await readRun(run, earlier))!.config.normalization, "percentile");

  const began = join(folder.path, "began");
  const open = profileGrid("quick", "own");
  assert.deepEqual(await continuedGrid(began, open), open);
  await Deno.mkdir(began);
  await Deno.writeTextFile(join(began, "grid.json"), JSON.stringify(open));
  await assert.rejects(continuedGrid(began, open), /grid\.json has no digest/);
  assert.equal((await continuedGrid(began, open, earlier)).config.normalization, "percentile");
  assert.equal((await readStudyGrid(began, earlier))!.config.normalization, "percentile");
  const other = { ...open, config: { ...open.config, normalization: "depth" } };
  assert.equal((await continuedGrid(began, other, earlier)).config.normalization, "depth");
  const classes = { ...open, config: { ...open.config, task: "classes" as const } };
  await assert.rejects(continuedGrid(began, classes, earlier), {
    message: /began holds a study with task=foreground, and this one has task=classes: give another folder/,
  });

  // So does a study that code runs; stopped before it trains, it has written its grid.
  const stopped = runStudy({
    dataset,
    datasetFor: () => Promise.resolve(dataset),
    ...earlier,
    grid: open,
    results: began,
    signal: AbortSignal.abort(),
  });
  await assert.rejects(stopped, /Stopped/);
  assert.equal((await readStudyGrid(began))!.config.normalization, "percentile");

  await writeStudyGrid(began, open);
  assert.equal((await readStudyGrid(began))!.config.normalization, "robust");
  assert.equal((await continuedGrid(began, open)).config.normalization, "robust");
});

Deno.test("probability maps keep their logits through a file, and a damaged file is refused", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.maps");
  const random = new Random(4);
  const probabilities = Float32Array.from({ length: 600 }, () => 1 / (1 + Math.exp(-6 * random.normal())));
  probabilities.set([0, 1, 0.5]);
  const sha256 = await writeMaps(path, [{ id: "a", width: 30, height: 20, probabilities }]);
  const { maps: [map] } = await readMaps(mapsInFile(path), sha256);
  assert.deepEqual([map.id, map.width, map.height], ["a", 30, 20]);
  const logit = (p: number) => Math.max(-13.8, Math.min(13.8, Math.log(p / (1 - p))));
  map.probabilities.forEach((p, i) => {
    assert.ok(Math.abs(p - probabilities[i]) < 6e-5);
    if (Math.abs(logit(probabilities[i])) < 8) assert.ok(Math.abs(logit(p) - logit(probabilities[i])) < 3e-3);
  });
  await assert.rejects(readMaps(mapsInFile(path), sha256.replace(/^./, "x")), /is not as its run wrote it/);
  await Deno.truncate(path, 200);
  await assert.rejects(
    readMaps(mapsInFile(path), sha256),
    (error: Error) => error instanceof RunError && /cannot be read/.test(error.message),
  );
});

Deno.test("runGrid() stops, goes on, shares what it compiled without changing a bit, and is analysed", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "study");
  const controller = new AbortController();
  await assert.rejects(
    runGrid({
      grid,
      dataset,
      results,
      signal: controller.signal,
      onProgress: (jobs) => jobs[2].progress > 0 && controller.abort(),
    }),
    /Stopped at step/,
  );
  const states: string[] = [];
  const jobs = await runGrid({
    grid,
    dataset,
    results,
    onProgress: (now) => states.push(now.map(({ state }) => state).join()),
  });
  assert.deepEqual(jobs.map(({ state }) => state), ["reused", "reused", ...Array(9).fill("done")]);
  assert.ok(states.some((state) => state === ["reused", "reused", "running", ...Array(8).fill("waiting")].join()));
  assert.match(String(studyTable(jobs)), /pspnet focal +\d\.\d{3} +\d\.\d{3}[\s\S]*training-set size +1 of 1/);

  // The fourth run came after three others on the same trainer; alone it gives the same numbers.
  const alone = await trainRun({
    config: jobs[3].config,
    dataset,
    results: join(folder.path, "alone"),
    keepMaps: true,
  });
  const shared = jobs[3].record!;
  assert.deepEqual(alone.record.stepLosses, shared.stepLosses);
  assert.deepEqual(alone.record.gradientNorms, shared.gradientNorms);
  assert.deepEqual(alone.record.testDice, shared.testDice);
  const digest = ({ maps }: typeof shared) =>
    maps.filter(({ split }) => split !== "training").map(({ sha256 }) => sha256);
  assert.deepEqual(digest(alone.record), digest(shared));

  // Less data: half of the groups, the same validation and test images.
  const half = jobs[4].record!;
  assert.equal(half.data.training.length, Math.round(jobs[0].record!.data.training.length / 2));
  assert.deepEqual(half.data.validation, jobs[0].record!.data.validation);
  const seen = new Set([...shared.data.training, ...shared.data.validation]);
  assert.ok(shared.data.test.length > 0 && shared.data.test.every((id) => !seen.has(id)));

  const analysis = await analyseStudy({ dataset, jobs, results });
  assert.deepEqual(analysis.members.map(({ name }) => name), ["pspnet bce", "pspnet focal"]);
  const everyone = new Set([...analysis.outOfFold.ids, ...analysis.test.ids]);
  assert.deepEqual([everyone.size, analysis.outOfFold.ids.length + analysis.test.ids.length], [12, 12]);
  // What the analysis reads from the maps is what the runs scored.
  for (const [m, member] of analysis.members.entries()) {
    const recorded = jobs.slice(0, 4).filter(({ config }) => config.loss === ["bce", "focal"][m])
      .flatMap(({ record }) => record!.imageDice.model.map((dice) => dice ?? 1));
    assert.deepEqual(member.outOfFold, recorded);
  }
  const { memberError, ambiguity, ensembleError } = analysis.ambiguity.all;
  assert.ok(Math.abs(memberError - ambiguity - ensembleError) < 1e-6);
  analysis.oracle.image.forEach((best, i) =>
    assert.ok(
      analysis.members.every(({ outOfFold }) => outOfFold[i] <= best) && analysis.oracle.pixel[i] >= best - 1e-9,
    )
  );
  assert.deepEqual(analysis.quality.map(({ sweep }) => sweep), ["training-length", "training-length"]);
  assert.deepEqual(analysis.ensembles.map(({ id, inFold }) => [id, inFold]), [
    ...Object.keys(ENSEMBLE_METHODS).map((id) => [id, false]),
    ["shallow-cnn-in-fold", true],
    ["residual-in-fold", true],
  ]);

  await writeAnalysis(results, analysis);
  const read = await readAnalysis(results);
  assert.deepEqual(read.members.map(({ objects }) => objects), analysis.members.map(({ objects }) => objects));
  for (const entry of [...read.members, ...read.ensembles]) {
    const { meanPrecision } = objectScores(entry)!;
    assert.ok(Math.abs(meanPrecision - mean(entry.precision!)) < 1e-6, `${meanPrecision}`);
    assert.deepEqual(entry.objects!.truth, read.members[0].objects!.truth);
  }
  const runs = await readRuns(results);
  assert.equal(runs.length, 11);
  // A run that another grid left there is not the study's.
  await Deno.mkdir(join(results, "of-an-older-grid"));
  await Deno.copyFile(join(results, runs[0].run, "run.json"), join(results, "of-an-older-grid", "run.json"));
  assert.equal((await readRuns(results)).length, 12);
  assert.deepEqual((await openStudy("study", folder.path)).runs, runs);
  await Deno.writeTextFile(join(results, "runs-2020-02-02.csv"), "");
  const path = await writeRunTable(results, jobs);
  const table = await Deno.readTextFile(path);
  assert.equal(table.trim().split("\n").length, 12);
  // One table, with the day of its last run.
  const { date } = jobs.at(-1)!.record!.provenance;
  assert.match(date, /^20\d\d-\d\d-\d\d$/);
  assert.equal(path, join(results, `runs-${date}.csv`));
  const tables = Deno.readDirSync(results).filter(({ name }) => name.endsWith(".csv"));
  assert.deepEqual([...tables].map(({ name }) => join(results, name)), [path]);

  // The ensemble is set beside as many seeds of one architecture, and one member with more training.
  const { controls } = analysis;
  assert.deepEqual(
    controls!.entries.map((entry) => [controlLabel(entry), entry.members]),
    [
      ["1 architectures", 2],
      ["1 seeds of pspnet", 2],
      ["pspnet alone", 1],
      ["pspnet for 2 times the steps", 1],
    ],
  );
  assert.deepEqual(controls!.entries[2].dice, heldOutDice(jobs[0].record!));
  assert.deepEqual(controls!.entries[3].dice, heldOutDice(jobs[9].record!));
  assert.deepEqual(controls!.ids, heldOutIds(jobs[0].record!));
  // Seconds are set beside each other where as many threads made them.
  const elsewhere = await measureControls({
    dataset,
    results,
    jobs: jobs.map((job, i) => {
      const { record } = job;
      const provenance = record && { ...record.provenance, threads: record.provenance.threads + 1 };
      return i === 9 && record ? { ...job, record: { ...record, provenance: provenance! } } : job;
    }),
  });
  assert.deepEqual(elsewhere!.entries.slice(0, 3), controls!.entries.slice(0, 3));
  assert.deepEqual(elsewhere!.entries[3], { ...controls!.entries[3], seconds: null });

  // Batches of one: twice the steps, scored on the same images.
  const [batch, ...more] = compareBatchSizes({ analysis, runs });
  assert.deepEqual([batch.batchSize, batch.memberBatchSize, batch.seen, more.length], [1, 2, 1, 0]);
  assert.equal(batch.steps, 2 * jobs[0].record!.stepLosses.length);
  assert.deepEqual(
    batch.differences,
    heldOutDice(jobs[10].record!).map((dice, i) => dice - heldOutDice(jobs[0].record!)[i]),
  );
  assert.throws(() => compareRuns([runs[0]], [jobs[2].record!], String), {
    name: "OptionError",
    message: /was scored on other images than .*: compare runs of the same fold/,
  });
  assert.throws(() => compareRuns([runs[0]], [], String), {
    name: "OptionError",
    message: /^1 run cannot be compared with 0: give two lists of equal length/,
  });
  assert.deepEqual(
    matchingRuns(runs, jobs[0].record!, ["seed"]).map(({ config }) => [config.seed, config.loss]).sort(),
    [[1, "bce"], [2, "bce"]],
  );

  // With both seeds as members each seed's ensemble is set beside its own best: nested.
  const both = await analyseStudy({
    dataset,
    results,
    jobs: jobs.map((job) => job.block === "seeds" ? { ...job, block: "main" } : job),
    methods: ["best-single", "soft-voting"],
  });
  assert.deepEqual(both.members.map(({ name }) => name).sort(), [
    "pspnet bce seed 1",
    "pspnet bce seed 2",
    "pspnet focal seed 1",
    "pspnet focal seed 2",
  ]);
  const vote = both.ensembles.find(({ id }) => id === "soft-voting")!;
  const alone1 = analysis.ensembles.find(({ id }) => id === "soft-voting")!;
  assert.deepEqual([vote.bySeed.length, vote.bySeed[0]], [2, alone1.outOfFold]);
  const nested = compareEnsembles(both, "outOfFold").find(({ id }) => id === "soft-voting")!;
  const best = both.ensembles.find(({ id }) => id === "best-single")!;
  const lead = [0, 1].flatMap((s) => vote.bySeed[s].map((dice, i) => dice - best.bySeed[s][i]));
  assert.ok(Math.abs(nested.versusBest.difference.estimate - lead.reduce((a, b) => a + b) / lead.length) < 1e-9);
  assert.deepEqual(compareLosses(both).map(({ architecture }) => architecture), ["pspnet", "all"]);

  // A changed data set makes other runs; it reuses none.
  const other = await generateDataset({ count: 12, size: 64, seed: 9 });
  const [first] = gridEntries(grid);
  const { reused, record } = await trainRun({ config: first.config, dataset: other, results, keepMaps: true });
  assert.equal(reused, false);
  assert.notEqual(record.run, jobs[0].run);
});

Deno.test("a run that diverges is recorded as such, and not tried again", async () => {
  await using folder = await temporaryFolder();
  const wild = {
    ...grid,
    config: { ...grid.config, learningRate: 1e30, normalization: "depth" },
    blocks: [{ ...grid.blocks[0], folds: [0], losses: ["bce" as const] }],
  };
  const run = () => runGrid({ grid: wild, dataset, results: folder.path });
  const [job] = await run();
  assert.equal(job.state, "diverged");
  assert.match(job.message!, /lower learningRate/);
  const written = async () => (await Deno.stat(join(folder.path, job.run, "config.json"))).mtime!.getTime();
  const before = await written();
  assert.equal((await run())[0].state, "diverged");
  assert.equal(await written(), before, "a training began again");
});
