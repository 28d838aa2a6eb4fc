// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset, openDataset, parseConfig, type RunRecord } from "lib";
import { gridEntries, projectFolder, runGrid, StudyGrid } from "lib/runs";
import { memberGrid, readRuns, trainMember } from "lib/study";
import { writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { runName } from "lib/runs/run_name.ts";
import { processLine, type ProcessStart } from "lib/runs/grid/process_messages.ts";
import { TrainingProcess } from "lib/runs/grid/training_process.ts";
import { writeImageFolder } from "../../fixtures/image_folder.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const root = projectFolder();
const grid = StudyGrid.parse({
  // Enough epochs that a run is not over before it is killed.
  config: {
    encoder: "mobilenet_v2",
    cropSize: 64,
    folds: 2,
    testShare: 0.2,
    epochs: 8,
    warmupSteps: 2,
    selection: "last",
  },
  blocks: [{ folds: [0, 1], architectures: ["pspnet"] }],
});
/** Small images in a folder, which every process reads. */
const images = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(images, { recursive: true }));
await writeImageFolder(images, (await generateDataset({ count: 12, size: 64, seed: 8 })).samples);
const study = { dataset: await openDataset(images), source: { folder: images } };

/** The study's command on its grid, in a folder for its results. */
async function command(folder: string): Promise<Deno.ChildProcess> {
  await Deno.mkdir(folder, { recursive: true });
  const file = join(folder, "asked.json");
  await Deno.writeTextFile(file, JSON.stringify(grid));
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      join(root, "tasks/study.ts"),
      "--data",
      images,
      "--grid",
      file,
      "--results",
      folder,
      "--jobs",
      "2",
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

const numbers = (runs: readonly RunRecord[]) =>
  runs.map(({ run, stepLosses, testDice, maps }) => ({ run, stepLosses, testDice, maps }));

/** Waits until something holds, ten minutes at most: other programs may need the processors. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 6000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(holds(), "waited for ten minutes in vain");
}

const exists = (path: string) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};

/** Whether no process holds a lock. */
function isFree(lock: string): boolean {
  using file = Deno.openSync(lock, { write: true });
  return file.tryLockSync(true);
}

Deno.test("processes side by side share a grid, each run is made once; kill -9, and the same command ends it equally", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "undisturbed");
  let most = 0;
  const jobs = await runGrid({
    ...study,
    grid,
    results,
    processes: { jobs: 2, threads: 1 },
    onProgress: (jobs) => most = Math.max(most, jobs.filter(({ state }) => state === "running").length),
  });
  assert.equal(most, 2);
  assert.deepEqual(jobs.map(({ state }) => state), ["done", "done", "done", "done"]);
  const whole = await readRuns(results);
  assert.deepEqual(whole.map(({ provenance }) => provenance.threads), [1, 1, 1, 1]);
  // Again, all is there: no process is needed.
  const again = await runGrid({ ...study, grid, results, processes: { jobs: 2, threads: 1 } });
  assert.deepEqual(again.map(({ state }) => state), ["reused", "reused", "reused", "reused"]);

  // A notebook finds the study's run, and where there is none makes the same.
  await writeStudyGrid(results, grid);
  const choice = { architecture: "pspnet", loss: "focal", fold: 1, seed: 1 } as const;
  const one = await memberGrid(results, choice);
  const elsewhere = join(folder.path, "alone");
  const found = await trainMember({ ...study, grid: one, study: results, results: elsewhere });
  assert.deepEqual([found.reused, found.record.run], [true, jobs[3].run]);
  await Deno.rename(join(results, jobs[3].run), join(folder.path, "gone"));
  const alone = await trainMember({ ...study, grid: one, study: results, results: elsewhere });
  assert.deepEqual([alone.reused, alone.folder], [true, join(elsewhere, jobs[3].run)]);
  await Deno.rename(join(folder.path, "gone"), join(results, jobs[3].run));
  assert.deepEqual(numbers([alone.record]), numbers([found.record]));
  assert.deepEqual(await alone.predict(), await found.predict());
  const [other] = gridEntries(await memberGrid(results, { ...choice, options: { epochs: 3 } }));
  assert.deepEqual([other.config.epochs, gridEntries(one)[0].config.epochs], [3, 8]);
  await assert.rejects(memberGrid(results, { ...choice, fold: 2 }), /fold is 2: .* trains on the folds 0, 1/);
  await assert.rejects(
    memberGrid(join(folder.path, "none"), choice),
    /no .*none\/grid\.json: make the study with deno/,
  );

  const killed = join(folder.path, "killed");
  const first = await command(killed);
  const done = () => jobs.filter(({ run }) => exists(join(killed, run, "run.json"))).length;
  await until(() => done() >= 1);
  first.kill("SIGKILL");
  await first.output();
  // Its processes see that it is gone, and let go of what they worked on.
  const locks = () => jobs.map(({ run }) => join(killed, run, "lock")).filter(exists);
  await until(() => locks().every(isFree));
  assert.ok(done() < 4, "killed too late to tell");
  // The command and a grid at once: what one works on, the other leaves, and waits for.
  const before = done();
  const child = await command(killed);
  const ended = child.output();
  await until(() => locks().some((path) => !isFree(path)));
  const others = await runGrid({ ...study, grid, results: killed, processes: { jobs: 2, threads: 1 } });
  const { success, stderr } = await ended;
  const said = new TextDecoder().decode(stderr);
  assert.ok(success, said);
  const trained = said.match(/fold \d: Dice [\d.]+, \d+ s/g) ?? [];
  const trainedHere = others.filter(({ state }) => state === "done");
  assert.equal(trained.length + trainedHere.length, 4 - before, said);
  assert.deepEqual(numbers(await readRuns(killed)), numbers(whole));
});

Deno.test("a run that cannot start ends the grid with its reason, not with a stack", async () => {
  await using folder = await temporaryFolder();
  const config = parseConfig({ ...grid.config, architecture: "pspnet" });
  // A damaged record stands where a run's should be.
  const run = join(folder.path, runName(config, study.dataset));
  await Deno.mkdir(run);
  await Deno.writeTextFile(join(run, "run.json"), "{");
  await assert.rejects(
    runGrid({ ...study, grid, results: folder.path, processes: { jobs: 2, threads: 1 } }),
    /run\.json is damaged .*delete/,
  );
});

Deno.test("a training process hears of every choice by which data are read", () => {
  const source = {
    folder: "jobs",
    groups: "groups.csv",
    skipBad: true,
    channels: [2],
    runs: "rows",
    bits: 16,
    maxPixels: Infinity,
    maxBytes: 1000,
  } as const satisfies ProcessStart["source"];
  const line = processLine({ results: "results", source, fingerprint: "f" });
  assert.deepEqual(JSON.parse(line).source, { ...source, maxPixels: Number.MAX_VALUE });
});

Deno.test("a training process that dies ends the grid with what to do", async () => {
  await using folder = await temporaryFolder();
  const [job] = await runGrid({
    ...study,
    grid: { ...grid, blocks: [{ ...grid.blocks[0], folds: [0], losses: ["bce"] }] },
    results: join(folder.path, "one"),
  });
  await using child = new TrainingProcess({ results: folder.path, source: study.source, fingerprint: "" }, 1);
  // What was told of the data does not hold: it says so, and stays.
  const task = { run: job.run, config: job.config, keepTrainingMaps: false };
  await assert.rejects(child.train(task, {}), /has changed while the study ran/);
  child.kill();
  await assert.rejects(child.train(task, {}), /The process that trained .* ended \(SIGKILL\).*fewer --jobs/);
});
