import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { readAnalysis } from "lib/study/analyse/study_store.ts";
import { replacedStudyNote } from "lib/study/replaced_study.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const committed = join(projectFolder(), "results/committed/quick/analysis.json");

Deno.test("a study of other images in the same folder says what it replaces", async () => {
  await using folder = await temporaryFolder();
  const other = { fingerprint: "another" };
  assert.equal(await replacedStudyNote(folder.path, other), undefined);
  await Deno.copyFile(committed, join(folder.path, "analysis.json"));
  const { dataset } = await readAnalysis(folder.path, { acceptWithoutDigest: true });
  assert.equal(await replacedStudyNote(folder.path, dataset), undefined);
  assert.match(
    (await replacedStudyNote(folder.path, other))!,
    /holds the analysis of 48 other images of generated-nuclei, which this study replaces .* with --results$/,
  );
  await Deno.writeTextFile(join(folder.path, "analysis.json"), "{");
  assert.equal(await replacedStudyNote(folder.path, other), undefined);
});
