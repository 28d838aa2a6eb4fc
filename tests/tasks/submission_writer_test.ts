import assert from "node:assert/strict";
import { join } from "node:path";
import type { ImageSource } from "lib/images";
import { SubmissionWriter } from "../../tasks/predict/large/objects/submission_writer.ts";
import { StagedFile } from "../../tasks/predict/large/staged_file.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("the submission of a large image says that a page has no objects only if it has none", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.csv"), file = new StagedFile(path);
  const image = { name: "a", shown: "a.tif", pages: 2, classNames: [], largest: 1 };
  using writer = new SubmissionWriter(image, { file, scratch: join(folder.path, "scratch") });
  const source = {} as ImageSource;
  writer.endPage(0, source, 0);
  // Its only object is too large.
  writer.endPage(1, source, 1);
  await file.close();
  await file.commit();
  assert.equal(await Deno.readTextFile(path), "#1,\n");
});
