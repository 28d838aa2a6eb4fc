import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { readStudySource, writeStudySource } from "lib/study/study_source.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("a study's source says how its images are read, with whole paths", async () => {
  await using folder = await temporaryFolder();
  const reading = { skipBad: true, channels: [2], runs: "rows" as const, allowOutside: true };
  await writeStudySource(folder.path, { folder: "images", groups: "groups.csv", ...reading });
  assert.deepEqual(await readStudySource(folder.path), {
    folder: resolve("images"),
    groups: resolve("groups.csv"),
    ...reading,
  });
  assert.equal(await readStudySource(join(folder.path, "missing")), undefined);
});
