// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset } from "lib";
import { runGrid, StudyGrid } from "lib/runs";
import { exists } from "lib/io/exists.ts";
import { analyseStudy, analyseStudyPart, runStudy } from "lib/study";
import { beginStudy } from "lib/study/begin_study.ts";
import { lockRun } from "lib/runs/lock_run.ts";
import { PARTS, removeParts } from "lib/study/analyse/parts/saved_part.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 10, size: 64, seed: 3 });
const grid = StudyGrid.parse({
  config: { encoder: "mobilenet_v2", cropSize: 64, batchSize: 2, folds: 2, epochs: 1, warmupSteps: 1, testShare: 0.2 },
  blocks: [{ folds: [0, 1], architectures: ["pspnet"] }],
});

/** Leaves out times, which differ between two analyses. */
const untimed = (analysis: unknown) =>
  JSON.parse(JSON.stringify(analysis, (key, value) => /seconds$/i.test(key) ? undefined : value));

Deno.test("parts of an analysis are jobs, and a stopped analysis continues with equal numbers", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "study"), parts = join(results, PARTS);
  const options = { grid, dataset, results };
  await assert.rejects(
    analyseStudyPart("members", options),
    /^RunError: 4 of 4 runs are not finished, such as .*: write the workflow again/,
  );
  const { jobs, analysis: whole } = await runStudy(options);
  assert.ok(!await exists(parts), "a finished study has no parts");

  // Jobs: two at once want the same part, and one of them computes it.
  const doing: string[] = [];
  const onAnalysis = (_: number, what: string) => doing.push(what);
  await assert.rejects(
    analyseStudyPart("ensembles", options),
    /has no part "ensembles": did you mean [\w-]+\? The parts are ensemble-best-single, .*members, sweeps, controls$/,
  );
  assert.equal(await analyseStudyPart("ensemble-residual-in-fold", options), false, "no maps of training images");
  const wanted = ["residual", "residual"].map((id) => analyseStudyPart(`ensemble-${id}`, { ...options, onAnalysis }));
  assert.deepEqual(await Promise.all(wanted), [true, true]);
  assert.ok(doing.some((what) => what.startsWith("waiting for another process that computes: residual")), doing.join());
  await analyseStudyPart("members", { ...options, onAnalysis });
  assert.equal(doing.filter((what) => what === "reading maps").length, 2 * 2, doing.join());

  // An analysis that is stopped keeps its finished parts. Votes take no time.
  const votes = { dataset, jobs, results, resume: true, methods: ["best-single", "soft-voting"] as const };
  const controller = new AbortController();
  const stopped = analyseStudy({
    ...votes,
    signal: controller.signal,
    onProgress: (_, what) => void (what === "members" && controller.abort(new Error("stopped"))),
  });
  await assert.rejects(stopped, /stopped/);
  assert.deepEqual([...Deno.readDirSync(parts)].map(({ name }) => name).sort(), [
    "ensemble-best-single",
    "ensemble-residual",
    "ensemble-soft-voting",
    "members",
  ]);
  const again: string[] = [];
  const expected = untimed({ ...whole, ensembles: whole.ensembles.slice(0, 2) });
  const resumed = await analyseStudy({ ...votes, onProgress: (_, what) => void again.push(what) });
  assert.deepEqual(untimed(resumed), expected);
  // The maps of the members were not read again.
  assert.ok(!again.includes("reading maps"), again.join());

  // A part that is damaged, or of other runs, is computed again.
  const path = join(parts, "members", "part.json"), text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.slice(0, -20));
  const other = jobs.map((job) => ({ ...job, record: { ...job.record!, parameters: job.record!.parameters + 1 } }));
  assert.deepEqual(untimed(await analyseStudy(votes)), expected);
  const changed = await analyseStudy({ ...votes, jobs: other });
  assert.equal(changed.members[0].parameters, whole.members[0].parameters + 1);

  // A job that still computes a part keeps it, and the analysis is written all the same.
  {
    using _late = await lockRun(join(parts, "late"));
    await removeParts(results);
    assert.deepEqual([...Deno.readDirSync(parts)].map(({ name }) => name), ["late"]);
  }

  // Parts stay until everything that follows the analysis is written.
  const blocked = join(results, "scores.csv");
  await Deno.remove(blocked);
  await Deno.mkdir(join(blocked, "in the way"), { recursive: true });
  await assert.rejects(runStudy(options));
  assert.ok(await exists(path));
  await Deno.remove(blocked, { recursive: true });
  assert.deepEqual(untimed((await runStudy(options)).analysis), untimed(whole));
  assert.ok(!await exists(parts));
});

Deno.test("a part that needs maps of training images is a job where a study keeps them", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "study"), options = { grid: { ...grid, keepTrainingMaps: true }, dataset, results };
  await runGrid({ ...options, ...await beginStudy(options) });
  const part = "ensemble-residual-in-fold", doing: string[] = [];
  const onAnalysis = (_: number, what: string) => doing.push(what);
  const wanted = [part, part].map((name) => analyseStudyPart(name, { ...options, onAnalysis }));
  assert.deepEqual(await Promise.all(wanted), [true, true]);
  assert.ok(doing.some((what) => what.startsWith("waiting for another process that computes: residual")), doing.join());
  assert.ok(await exists(join(results, PARTS, part, "part.json")));
});
