// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDataset, readRun } from "lib";
import { gridEntries, projectFolder, StudyGrid } from "lib/runs";
import { exists } from "lib/io/exists.ts";
import { runName } from "lib/runs/run_name.ts";
import { CHECKPOINTS } from "lib/train/checkpoint.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";

const grid = {
  config: { encoder: "mobilenet_v2", cropSize: 32, batchSize: 2, folds: 2, epochs: 1000, checkpointMinutes: 1e-6 },
  blocks: [{ folds: [0, 1], architectures: ["pspnet"], losses: ["bce", "focal"] }],
};

/** A file with the grid, the name of its first run, and the options of its job. */
async function makeJob(folder: string, changes: Record<string, unknown> = {}) {
  const file = join(folder, "grid.json"), results = join(folder, "results"), config = { ...grid.config, ...changes };
  await Deno.writeTextFile(file, JSON.stringify({ ...grid, config }));
  const [entry] = gridEntries(StudyGrid.parse({ ...grid, config: { ...config, selection: "last" } }));
  return { run: runName(entry.config, await openDataset()), results, options: ["--grid", file, "--results", results] };
}

Deno.test("a run that gets SIGTERM twice writes a checkpoint, and ends with code 75", async () => {
  await using folder = await temporaryFolder();
  const { run, results, options } = await makeJob(folder.path);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(projectFolder(), "tasks/run_one.ts"), run, ...options, "--threads", "1"],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const error = new Response(child.stderr).text(), checkpoint = join(results, run, CHECKPOINTS[0]);
  let ended = false;
  void child.status.then(() => ended = true);
  while (!ended && !await exists(checkpoint)) await delay(100);
  // A scheduler sends it to every process, and a parent passes its own on.
  child.kill("SIGTERM");
  child.kill("SIGTERM");
  const { code } = await child.status;
  assert.equal(code, 75, await error);
  assert.match(await error, /Stopped at step \d+, checkpoint in .*: run the same command again to continue/);
  assert.ok(await exists(checkpoint));
  assert.ok(!await exists(join(results, run, "run.json")));
});

Deno.test("a run that is trained only is finished by a second job, with the numbers of one job", async () => {
  await using folder = await temporaryFolder();
  const { run, options: [grid, file], results } = await makeJob(folder.path, {
    epochs: 2,
    keepEpochs: [1],
    checkpointMinutes: 2,
  });
  const job = async (to: string, ...args: string[]) => {
    const { code, out, error } = await runTask("run_one", run, grid, file, "--results", to, "--threads", "1", ...args);
    assert.equal(code, 0, error);
    return out;
  };
  const record = async (results: string) => {
    const { maps, stepLosses, imageDice, scores, tuned } = (await readRun(join(results, run)))!;
    return { maps, stepLosses, imageDice, scores, tuned };
  };
  assert.match(await job(results, "--training-only"), new RegExp(`^${run}: trained, \\d+ s`));
  assert.equal(await readRun(join(results, run)), undefined);
  assert.ok(await exists(join(results, run, CHECKPOINTS[0])));
  // A job that Snakemake repeats finds it trained: no step is repeated.
  assert.match(await job(results, "--training-only"), /: trained, /);
  assert.match(await job(results), /: Dice 0\.\d+/);
  const found = await record(results);
  assert.match(await job(results, "--training-only"), /was finished before/);

  const whole = join(folder.path, "whole");
  await job(whole);
  assert.deepEqual(found, await record(whole));
});

Deno.test("a name that the grid lacks is refused with the nearest, before it trains", async () => {
  await using folder = await temporaryFolder();
  const { run, results, options } = await makeJob(folder.path);
  const { code, error } = await runTask("run_one", `${run.slice(0, -1)}x`, ...options);
  assert.equal(code, 1);
  assert.ok(error.includes(`(the nearest is ${run})`), error);
  assert.ok(!await exists(join(results, run)));
  const missing = await runTask("run_one", run, "--results", results);
  assert.match(missing.error, /^--grid is missing: name the grid\.json of the workflow/);
});
