// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset } from "lib";
import { StudyGrid } from "lib/runs";
import { type WorkflowOptions, writeWorkflow } from "lib/study";
import { gridJobs } from "lib/runs/grid/grid_jobs.ts";
import { writeRecord } from "lib/runs/record_file.ts";
import { analysisMinutes, analysisWork, longParts } from "lib/study/workflow/analysis_work.ts";
import { workflowNote } from "../../../tasks/workflow_note.ts";
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
  assert.deepEqual(await write(folder, results), { runs: 5, finished: 0, kept: [], otherOptions: [] });

  const snakefile = await read(folder, "Snakefile");
  assert.deepEqual(snakefile.match(/^rule \w+/gm), [
    "rule all",
    "rule training",
    "rule predictions",
    "rule part",
    "rule analysis",
    "rule notebooks",
    "rule report",
  ]);
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
    otherOptions: [],
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

Deno.test("names that Snakemake, Slurm's plugin or a shell would read otherwise are refused", async () => {
  await using temporary = await temporaryFolder();
  for (const name of ["cells{1}", "cells, 2024", "a$HOME", "a`id`", "a\\b", "a%jb", "-dash"]) {
    await assert.rejects(
      write(join(temporary.path, "jobs"), join(temporary.path, "results"), { dataset: { ...dataset, name } }),
      /has a [{,$`\\%-] in its name, which a job of Snakemake reads otherwise: rename \/lab\/my images without it/,
      name,
    );
  }
  await assert.rejects(write(join(temporary.path, "a$b"), join(temporary.path, "results")), /has a \$ in its path/);
  assert.deepEqual([...Deno.readDirSync(temporary.path)], []);
});

Deno.test("grids that no study can compare, and runs that cannot be trained, are refused on the login node", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "jobs"), results = join(temporary.path, "results");
  const [main] = grid.blocks;
  await assert.rejects(
    write(folder, results, { grid: { ...grid, blocks: [{ ...main, architectures: ["pspnet"] }] } }),
    /two members or more .* and it has 1/,
  );
  await assert.rejects(
    write(folder, results, { grid: { ...grid, config: { ...grid.config, threshold: 0.4 } } }),
    /threshold is 0\.4, and a study scores at 0\.5/,
  );
  await assert.rejects(
    write(folder, results, { grid: { ...grid, config: { ...grid.config, testShare: 0.99 } } }),
    /testShare|images|groups/,
  );
  assert.deepEqual([...Deno.readDirSync(temporary.path)], []);
});

Deno.test("a change of the grid removes the mark of the analysis, and one of the same grid keeps it", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "jobs"), results = join(temporary.path, "results");
  await write(folder, results);
  const mark = join(folder, "finished/analysis");
  const isMarked = () => [...Deno.readDirSync(join(folder, "finished"))].some(({ name }) => name === "analysis");
  await Deno.mkdir(results);
  await Deno.writeTextFile(join(results, "analysis.json"), "{}");
  await Deno.writeTextFile(mark, "");
  await write(folder, results);
  assert.ok(isMarked());
  // The same runs in other blocks.
  const [main, other] = grid.blocks;
  await write(folder, results, { grid: { ...grid, blocks: [main, { ...other, name: "learning-rate" }] } });
  assert.ok(!isMarked());
});

Deno.test("options of an edited config.yaml that are not those of the call are named", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "jobs"), results = join(temporary.path, "results");
  await write(folder, results, { source: { folder: "/lab/my images" } });
  const path = join(folder, "config.yaml"), config = await read(path);
  await Deno.writeTextFile(path, config.replace(/analysis_minutes: .*/, "analysis_minutes: 240"));
  const { kept, otherOptions } = await write(folder, results, { force: true });
  assert.deepEqual(kept, ["config.yaml"]);
  assert.deepEqual(otherOptions, [
    `study: "--grid ${folder}/grid.json --results ${results} --data '/lab/my images' --skip-bad"`,
    'analysis: "--force"',
  ]);
  assert.match(
    workflowNote(folder, { runs: 5, finished: 0, kept, otherOptions }),
    /options in config\.yaml are not those of this command.*\n {2}study: ".* --skip-bad"\n {2}analysis: "--force"/,
  );
});

Deno.test("a folder with files of its own, and that of a study, stay as they are", async () => {
  await using temporary = await temporaryFolder();
  const mine = join(temporary.path, "project"), results = join(temporary.path, "results");
  await Deno.mkdir(join(mine, "finished/manuscript"), { recursive: true });
  await Deno.writeTextFile(join(mine, "finished/manuscript/v1.txt"), "important");
  await Deno.writeTextFile(join(mine, "grid.json"), "mine");
  await assert.rejects(
    write(mine, results),
    /project has files of its own, such as .*, and no workflow: give a new or/,
  );
  assert.equal(await read(mine, "grid.json"), "mine");
  // In a workflow's folder too, only empty files are marks.
  const folder = join(temporary.path, "jobs");
  await write(folder, results);
  await Deno.mkdir(join(folder, "finished/manuscript"));
  await Deno.writeTextFile(join(folder, "finished/notes.txt"), "important");
  await write(folder, results);
  assert.equal(await read(folder, "finished/notes.txt"), "important");
  assert.ok((await Deno.stat(join(folder, "finished/manuscript"))).isDirectory);

  const study = join(temporary.path, "other");
  await Deno.mkdir(study);
  await Deno.writeTextFile(join(study, "study.json"), "{}");
  await assert.rejects(write(study, results), /other is the folder of a study's results: give the workflow another/);
  await Deno.mkdir(results);
  await Deno.symlink(results, join(temporary.path, "link"));
  await assert.rejects(write(join(temporary.path, "link"), results), /link is the folder of a study's results/);
});

Deno.test("a workflow is not written into the folder of the results", async () => {
  await using temporary = await temporaryFolder();
  await assert.rejects(write(temporary.path, temporary.path), /give the workflow another folder/);
});

Deno.test("an analysis that is long has parts, and the time limits follow the images and the members", () => {
  const large = { samples: Array(400).fill({ image: { width: 1000, height: 1000 } }) };
  assert.deepEqual(longParts(grid, analysisWork(grid, dataset)), []);
  const work = analysisWork(grid, large);
  assert.deepEqual(longParts(grid, work), ["ensemble-shallow-cnn", "ensemble-residual", "members"]);
  assert.deepEqual(longParts({ ...grid, keepTrainingMaps: true }, work).slice(2), [
    "ensemble-shallow-cnn-in-fold",
    "ensemble-residual-in-fold",
    "members",
  ]);
  // Two members.
  assert.equal(work, 2 * analysisWork({ ...grid, blocks: [{ ...grid.blocks[0], architectures: ["unet"] }] }, large));
  assert.deepEqual([analysisMinutes(1), analysisMinutes(2 * 3600)], [60, 480]);
});

Deno.test("marks of what is half done are removed, as their files may be gone", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "jobs"), results = join(temporary.path, "results");
  await write(folder, results);
  for (const path of ["trained/a-run", "parts/members"]) {
    await Deno.mkdir(join(folder, "finished", path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, "finished", path), "");
  }
  await Deno.writeTextFile(join(folder, "finished/trained/notes.txt"), "important");
  await write(folder, results);
  const left = ["trained", "parts"].map((name) => [...Deno.readDirSync(join(folder, "finished", name))]);
  assert.deepEqual(left.map((entries) => entries.map(({ name }) => name)), [["notes.txt"], []]);
});
