// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset } from "lib";
import { StudyGrid } from "lib/runs";
import { type WorkflowOptions, writeWorkflow } from "lib/study";
import { gridJobs } from "lib/runs/grid/grid_jobs.ts";
import { writeRecord } from "lib/runs/record_file.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 8, size: 64 });
const grid = StudyGrid.parse({
  config: { encoder: "mobilenet_v2", cropSize: 64, folds: 2, batchSize: 2 },
  blocks: [
    { folds: [0, 1], architectures: ["unet", "pspnet"], losses: ["bce"] },
    {
      name: "batch-size",
      folds: [0],
      architectures: ["unet"],
      losses: ["bce"],
      config: { batchSize: 4, epochs: 50_000 },
    },
  ],
});
const write = (folder: string, results: string, changes: Partial<WorkflowOptions> = {}) =>
  writeWorkflow({
    folder,
    results,
    grid,
    dataset,
    source: { folder: "/lab/my images", skipBad: true },
    keepWeights: true,
    ...changes,
  });

const read = (...path: string[]) => Deno.readTextFile(join(...path));

Deno.test("a workflow has a rule for each kind of job, and its table names the runs of the grid", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "jobs"), results = join(temporary.path, "results");
  assert.deepEqual(await write(folder, results), { runs: 5, finished: 0, kept: [] });

  const snakefile = await read(folder, "Snakefile");
  assert.deepEqual(snakefile.match(/^rule \w+/gm), ["rule all", "rule run", "rule analysis", "rule report"]);
  // Snakemake deletes the outputs of failed jobs, so a run's record is none of them.
  assert.doesNotMatch(snakefile, /run\.json/);
  assert.match(snakefile, /touch\("finished\/\{run\}"\)/);
  for (const resource of ["mem_mb=memory", "runtime=minutes", "gpu=config"]) assert.ok(snakefile.includes(resource));

  const config = await read(folder, "config.yaml");
  assert.ok(config.includes(`results: ${JSON.stringify(results)}`));
  assert.ok(config.includes(`--grid ${folder}/grid.json --results ${results} --data '/lab/my images' --skip-bad`));
  assert.match(await read(folder, "profiles/slurm/config.yaml"), /slurm_extra: "'--signal=TERM@180'"/);

  const [head, ...lines] = (await read(folder, "runs.tsv")).trim().split("\n").map((line) => line.split("\t"));
  const rows = lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
  const written = StudyGrid.parse(JSON.parse(await read(folder, "grid.json")));
  const jobs = await gridJobs(written, () => Promise.resolve(dataset));
  assert.deepEqual(rows.map(({ run }) => run), jobs.map(({ run }) => run));

  // A larger batch needs more memory, and a longer training more time.
  const [unet, , , , large] = rows;
  assert.ok(Number(large.gpu_mb) >= Number(unet.gpu_mb) && Number(unet.mem_mb) >= 1500, JSON.stringify(rows));
  assert.equal(unet.minutes, "10");
  assert.ok(Number(large.minutes) > 10);
});

Deno.test("a workflow that is written again keeps edited files, and marks runs that have ended", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "jobs"), results = join(temporary.path, "results");
  await write(folder, results);
  const config = await read(folder, "config.yaml");
  await Deno.writeTextFile(join(folder, "Snakefile"), "# mine\n");
  const [first] = await gridJobs(
    StudyGrid.parse(JSON.parse(await read(folder, "grid.json"))),
    () => Promise.resolve(dataset),
  );
  await writeRecord(join(results, first.run, "diverged.json"), { config: first.config, message: "NaN" });
  // An analysis of other runs.
  await Deno.writeTextFile(join(results, "analysis.json"), "{}");
  await Deno.writeTextFile(join(folder, "finished/analysis"), "");
  const again = { keepWeights: false, force: true, acceptWithoutDigest: true };
  const smaller = { ...grid, blocks: grid.blocks.slice(0, 1) };
  assert.deepEqual(await write(folder, results, { ...again, grid: smaller }), {
    runs: 4,
    finished: 1,
    kept: ["Snakefile"],
  });
  assert.equal(await read(folder, "Snakefile"), "# mine\n");
  assert.deepEqual([...Deno.readDirSync(join(folder, "finished"))].map(({ name }) => name), [first.run]);
  // A file that nobody edited has the options of the last call.
  const changed = await read(folder, "config.yaml");
  assert.notEqual(changed, config);
  assert.match(changed, /^study: ".* --accept-earlier"$/m);
  assert.match(changed, /^run: "--discard-weights"$/m);
  assert.match(changed, /^analysis: "--discard-weights --force"$/m);

  await assert.rejects(
    write(folder, results + "2"),
    /workflow of the study .*results, not of .*results2: give another/,
  );
  await assert.rejects(
    write(folder, results, { source: { folder: "/lab/others" } }),
    /workflow of \/lab\/my images, not of \/lab\/others: give another folder/,
  );
  assert.equal(await read(folder, "config.yaml"), changed);
});

Deno.test("data whose runs Snakemake would take for wildcards are refused", async () => {
  await using temporary = await temporaryFolder();
  const braces = { ...dataset, name: "cells{1}" };
  await assert.rejects(
    write(join(temporary.path, "jobs"), join(temporary.path, "results"), { dataset: braces }),
    /has a brace in its name, which Snakemake takes as a wildcard: rename \/lab\/my images/,
  );
});

Deno.test("a workflow is not written into the folder of the results", async () => {
  await using temporary = await temporaryFolder();
  await assert.rejects(write(temporary.path, temporary.path), /give the workflow another folder/);
});
