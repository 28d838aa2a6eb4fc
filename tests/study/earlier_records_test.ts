// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { ENSEMBLE_METHODS } from "lib/ensemble/methods/methods.ts";
import { BASELINES } from "lib/evaluate/baselines.ts";
import { ALIASES } from "lib/io/aliases.ts";
import { blockLabel } from "lib/runs/grid/blocks.ts";
import { readStudyGrid } from "lib/runs/grid/study_grid.ts";
import { readRun, writeRun } from "lib/runs/run_store.ts";
import { CONVENTIONS } from "lib/study/analyse/conventions.ts";
import { currentAnalysis } from "lib/study/analyse/earlier_analysis.ts";
import { IN_FOLD_STACKERS } from "lib/study/analyse/in_fold_stackers.ts";
import { readAnalysis, writeAnalysis } from "lib/study/analyse/study_store.ts";
import { SWEEPS } from "lib/study/analyse/sweeps.ts";
import { CLAIMS, judgeClaims } from "lib/study/claims/claims.ts";
import { controlLabel, labelFor, levelLabel } from "lib/study/labels.ts";
import { readStudy } from "lib/study/open_study.ts";
import { profileGrid } from "lib/study/profiles.ts";
import { verifyStudy } from "lib/study/verify_study.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const STUDIES = ["quick", "dsb2018_fluo"] as const;
/** The first edition of the demonstration stays as a fixture. */
const FOLDERS = { quick: "tests/fixtures/earlier-study", dsb2018_fluo: "results/committed" };
const folderName = (study: keyof typeof FOLDERS) => join(projectFolder(), FOLDERS[study], study);
const read = async (...path: string[]) => JSON.parse(await Deno.readTextFile(join(...path)));
const openCommitted = (study: keyof typeof FOLDERS) =>
  readStudy({ name: study, folder: folderName(study), committed: true, place: "" });

for (const study of STUDIES) {
  const folder = folderName(study);

  Deno.test(`every label in the records of ${study} is one of an id`, async () => {
    const earlier = await read(folder, "analysis.json");
    const analysis = await readAnalysis(folder);
    const names = (entries: { name: string }[]) => entries.map(({ name }) => name);
    assert.deepEqual(Object.keys(analysis.baselines), Object.keys(BASELINES));
    const labels = { "Otsu's threshold": "otsu", "foreground everywhere": "all-foreground" };
    assert.deepEqual(Object.keys(earlier.baselines), Object.keys(labels));
    const known: string[] = [...Object.keys(ENSEMBLE_METHODS), ...Object.keys(IN_FOLD_STACKERS)];
    for (const { id, method, inFold } of analysis.ensembles) {
      assert.ok(method in ENSEMBLE_METHODS, method);
      assert.ok(known.includes(id), id);
      assert.equal(inFold, id in IN_FOLD_STACKERS);
    }
    const current = names(earlier.ensembles).map((name) => name.replace("taught", "trained"));
    assert.deepEqual(analysis.ensembles.map(({ id }) => labelFor(id)), current);
    assert.deepEqual(
      analysis.quality.map(({ sweep, level }) => [labelFor(sweep), levelLabel(sweep, level)]),
      earlier.quality.map(({ sweep, level }: { sweep: string; level: string }) => [sweep, level]),
    );
    for (const { sweep } of analysis.quality) assert.ok(sweep in SWEEPS, sweep);
    for (const [m, { conventions }] of analysis.members.entries()) {
      assert.deepEqual(Object.keys(conventions), Object.keys(CONVENTIONS));
      assert.deepEqual(Object.keys(conventions).map(labelFor), Object.keys(earlier.members[m].conventions));
      assert.deepEqual(Object.values(conventions), Object.values(earlier.members[m].conventions));
    }
    assert.deepEqual(analysis.controls!.entries.map(controlLabel), names(earlier.controls.entries));
    const [modality] = Object.keys(analysis.together);
    assert.equal(analysis.together[modality].spurious, earlier.together[modality].invented);
    assert.equal(analysis.members[0].errors.spurious, earlier.members[0].errors.invented);
    assert.equal(analysis.ensembles[0].errors.spurious, earlier.ensembles[0].errors.invented);

    const { blocks } = (await readStudyGrid(folder))!;
    assert.deepEqual(
      blocks.map(({ name }) => blockLabel(name)),
      (await read(folder, "grid.json")).blocks.map(({ name = "main" }: { name?: string }) => name),
    );
    assert.ok(blocks.every(({ name }) => /^[a-z-]+$/.test(name)));
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory || !await Deno.stat(join(folder, name, "run.json")).catch(() => undefined)) continue;
      const { scores, testScores, imageDice, testDice } = (await readRun(join(folder, name)))!;
      for (const each of [scores, testScores, imageDice, testDice]) {
        assert.deepEqual(Object.keys(each), ["model", ...Object.keys(BASELINES)], name);
      }
    }
  });

  Deno.test(`${study} as it was recorded equals the same study recorded anew, with ids`, async () => {
    await using temporary = await temporaryFolder();
    const committed = await openCommitted(study);
    for (const record of committed.runs) {
      await Deno.mkdir(join(temporary.path, record.run));
      await writeRun(join(temporary.path, record.run), record);
    }
    await writeAnalysis(temporary.path, committed.analysis);
    const written = await read(temporary.path, "analysis.json");
    assert.equal(written.version, 2);
    assert.deepEqual(currentAnalysis(written), written);
    for (const text of Object.values(ALIASES).flatMap((table) => Object.keys(table))) {
      assert.ok(!JSON.stringify(written).includes(JSON.stringify(text)), text);
    }
    const anew = await readStudy({ name: study, folder: temporary.path, committed: false, place: "" });
    const checks = verifyStudy(committed, anew);
    assert.ok(checks.length > committed.runs.length);
    assert.deepEqual(checks.filter(({ holds }) => !holds), []);
    assert.deepEqual(judgeClaims(anew), judgeClaims(committed));
  });
}

Deno.test("the committed studies judge their claims as written down here", async () => {
  const undecided = (verdict: string) => `${verdict}, undecided for the method`;
  const verdicts = {
    "base-dice": ["refuted", "refuted"],
    "no-better-than-all-foreground": ["refuted", "refuted"],
    "soft-voting": [undecided("supported"), undecided("supported")],
    "shallow-cnn": [undecided("supported"), undecided("supported")],
    residual: [undecided("supported"), undecided("inconclusive")],
    "garbage-in": [undecided("refuted"), undecided("inconclusive")],
    "same-predictions": ["inconclusive", "inconclusive"],
    "bce-more-stable": ["inconclusive, undecided for the method", "inconclusive, undecided for the method"],
    "small-batches": ["–", undecided("inconclusive")],
  };
  const [fluo, quick] = [await openCommitted("dsb2018_fluo"), await openCommitted("quick")].map(judgeClaims);
  const describe = (found: typeof fluo[number] | undefined) => {
    if (!found) return "–";
    const { verdict, method } = found;
    return method === verdict ? verdict : `${verdict}, ${method} for the method`;
  };
  const found = Object.keys(CLAIMS).map((id) => [
    id,
    [fluo, quick].map((results) => describe(results.find((each) => each.id === id))),
  ]);
  assert.deepEqual(Object.fromEntries(found), verdicts);
});

Deno.test("each alias leads to an id, no id has two kinds, and the profiles' blocks have ids", () => {
  const ids = [BASELINES, { ...ENSEMBLE_METHODS, ...IN_FOLD_STACKERS }, CONVENTIONS].flatMap((each) =>
    Object.keys(each)
  );
  assert.equal(new Set(ids).size, ids.length);
  const { baselines, ensembles, conventions, blocks } = ALIASES;
  for (const table of [baselines, ensembles, conventions]) {
    for (const [label, id] of Object.entries(table)) {
      assert.ok(ids.includes(id), id);
      // What tables print has stayed, but for two wordings.
      const current = label === "foreground everywhere" ? "all foreground" : label.replace("taught", "trained");
      assert.equal(labelFor(id), current);
    }
  }
  for (const [label, id] of Object.entries(blocks)) assert.equal(blockLabel(id), label);
  for (const { name } of [...profileGrid("quick").blocks, ...profileGrid("full").blocks]) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  }
});
