import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { readAnalysis } from "lib/study/analyse/study_store.ts";
import { readStudy } from "lib/study";
import { restoreCommand } from "lib/study/recommend/restore_command.ts";
import { writeStudySource } from "lib/study/study_source.ts";
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
  // The source of images that were not analysed yet describes none of the analysed ones.
  const found = { name: "mine", folder: folder.path, committed: false, place: "" };
  for (const [fingerprint, isRead] of [[dataset.fingerprint, true], ["another", false]] as const) {
    await writeStudySource(folder.path, { folder: "", generated: { seed: 5 }, fingerprint });
    assert.equal((await readStudy(found, { acceptWithoutDigest: true })).source !== undefined, isRead);
    assert.equal((await restoreCommand(folder.path)) !== undefined, isRead);
  }
  await Deno.writeTextFile(join(folder.path, "analysis.json"), "{");
  assert.equal(await replacedStudyNote(folder.path, other), undefined);
});
