// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset } from "lib";
import { StudyGrid } from "lib/runs";
import { exists } from "lib/io/exists.ts";
import { analyseStudy, analyseStudyPart, runStudy } from "lib/study";
import { lockRun } from "lib/runs/lock_run.ts";
import { PARTS, removeParts } from "lib/study/analyse/parts/saved_part.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 10, size: 64, seed: 3 });
const grid = StudyGrid.parse({
  config: { encoder: "mobilenet_v2", cropSize: 64, batchSize: 2, folds: 2, epochs: 1, warmupSteps: 1, testShare: 0.2 },
  keepTrainingMaps: true,
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
  const wanted = analyseStudyPart("ensemble-residual-in-fold", { ...options, onAnalysis });
  assert.deepEqual(
    await Promise.all([wanted, analyseStudyPart("ensemble-residual-in-fold", { ...options, onAnalysis })]),
    [true, true],
  );
  assert.ok(doing.some((what) => what.startsWith("waiting for another process that computes: residual")), doing.join());
  await analyseStudyPart("members", { ...options, onAnalysis });
  const readings = doing.filter((what) => what === "reading maps").length;
  assert.equal(readings, 2 * 2, doing.join());

  // An analysis that is stopped keeps its finished parts.
  const controller = new AbortController();
  const stopped = analyseStudy({
    dataset,
    jobs,
    results,
    resume: true,
    signal: controller.signal,
    onProgress: (_, what) => void (what === "members" && controller.abort(new Error("stopped"))),
  });
  await assert.rejects(stopped, /stopped/);
  const saved = [...Deno.readDirSync(parts)].map(({ name }) => name);
  assert.equal(saved.length, 10, saved.join());
  const again: string[] = [];
  const resumed = await analyseStudy({
    dataset,
    jobs,
    results,
    resume: true,
    onProgress: (_, what) => void again.push(what),
  });
  assert.deepEqual(untimed(resumed), untimed(whole));
  // The maps of the members were not read again.
  assert.ok(!again.includes("reading maps"), again.join());

  // A part that is damaged, or of other runs, is computed again.
  const path = join(parts, "members", "part.json"), text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.slice(0, -20));
  const other = jobs.map((job) => ({ ...job, record: { ...job.record!, parameters: job.record!.parameters + 1 } }));
  const damaged = await analyseStudy({ dataset, jobs, results, resume: true });
  assert.deepEqual(untimed(damaged), untimed(whole));
  const changed = await analyseStudy({ dataset, jobs: other, results, resume: true });
  assert.equal(changed.members[0].parameters, whole.members[0].parameters + 1);

  // A job that still computes a part keeps it, and the analysis is written all the same.
  {
    using _late = await lockRun(join(parts, "late"));
    await removeParts(results);
    assert.deepEqual([...Deno.readDirSync(parts)].map(({ name }) => name), ["late"]);
  }

  // Parts stay until everything that follows the analysis is written.
  await analyseStudyPart("members", options);
  const blocked = join(results, "scores.csv");
  await Deno.remove(blocked);
  await Deno.mkdir(join(blocked, "in the way"), { recursive: true });
  await assert.rejects(runStudy(options));
  assert.ok(await exists(join(parts, "members", "part.json")));
  await Deno.remove(blocked, { recursive: true });
  assert.deepEqual(untimed((await runStudy(options)).analysis), untimed(whole));
  assert.ok(!await exists(parts));
});

Deno.test("a part that needs maps of training images is no part of a study without them", async () => {
  await using folder = await temporaryFolder();
  const options = { grid: { ...grid, keepTrainingMaps: false }, dataset, results: join(folder.path, "study") };
  await runStudy({ ...options, keepWeights: false });
  assert.equal(await analyseStudyPart("ensemble-residual-in-fold", options), false);
});
