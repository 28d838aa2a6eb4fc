import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { findStudy, listStudies, openStudy, requireStudy } from "lib/study";
import { readStudySource, writeStudySource } from "lib/study/study_source.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

/** A folder that is taken for a study: one has begun in it. */
async function begin(results: string, name: string): Promise<void> {
  await Deno.mkdir(join(results, name), { recursive: true });
  await Deno.writeTextFile(join(results, name, "grid.json"), "{}");
}

Deno.test("a study in the results is taken before the committed one of its name, and its place is said", async () => {
  await using folder = await temporaryFolder();
  const committed = { name: "quick", folder: join(projectFolder(), "results/committed/quick"), committed: true };
  assert.deepEqual(await findStudy("quick", folder.path), { ...committed, place: "results/committed/quick" });
  await begin(folder.path, "quick");
  const mine = join(folder.path, "quick");
  assert.deepEqual(await findStudy("quick", folder.path), {
    name: "quick",
    folder: mine,
    committed: false,
    place: mine,
  });
});

Deno.test("a folder without a study is none, and an unknown name is answered with those that there are", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "notebooks"));
  await begin(folder.path, "mine");
  assert.deepEqual((await listStudies(folder.path)).map(({ name }) => name), [
    "dsb2018_fluo",
    "fluo-border",
    "fluo-imagenet",
    "fluo-scratch",
    "mine",
    "mixed-kinds",
    "quick",
    "weak-members",
  ]);
  for (const name of ["notebooks", "his", ""]) assert.equal(await findStudy(name, folder.path), undefined);
  await assert.rejects(
    requireStudy("his", folder.path),
    /There is no study "his" in .*: choose one of dsb2018_fluo, fluo-border, fluo-imagenet, fluo-scratch, mine, mixed-kinds, quick, weak-members/,
  );
});

Deno.test("a study says where its images lie, with whole paths", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await readStudySource(folder.path), undefined);
  await writeStudySource(folder.path, { folder: "images", groups: "groups.csv", channels: [2], skipBad: true });
  assert.deepEqual(await readStudySource(folder.path), {
    folder: join(Deno.cwd(), "images"),
    groups: join(Deno.cwd(), "groups.csv"),
    channels: [2],
    skipBad: true,
  });
  await writeStudySource(folder.path, { folder: "" });
  assert.deepEqual(await readStudySource(folder.path), { folder: "" });
  await Deno.writeTextFile(join(folder.path, "data.json"), "{");
  await assert.rejects(readStudySource(folder.path), /data\.json is damaged.*: run the study again/);
});

Deno.test("openStudy() takes a study of an earlier version where that is asked for, and says how", async () => {
  await using folder = await temporaryFolder();
  const committed = join(projectFolder(), "tests/fixtures/earlier-study/quick"), mine = join(folder.path, "mine");
  await Deno.mkdir(mine);
  // A changed copy is none that comes with the project.
  const { runs: _, ...analysis } = JSON.parse(await Deno.readTextFile(join(committed, "analysis.json")));
  await Deno.writeTextFile(join(mine, "analysis.json"), JSON.stringify({ ...analysis, runs: [], steps: 1 }));
  await assert.rejects(openStudy("mine", folder.path), /no digest.*acceptEarlier = true.*acceptWithoutDigest/);
  const study = await openStudy("mine", folder.path, { acceptWithoutDigest: true });
  assert.equal(study.analysis.steps, 1);
});
