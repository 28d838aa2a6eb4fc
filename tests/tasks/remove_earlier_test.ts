import assert from "node:assert/strict";
import { join } from "node:path";
import { removeEarlier } from "../../tasks/predict/files/remove_earlier.ts";
import { Outcome } from "../../tasks/predict/outcome.ts";
import type { Found } from "../../tasks/predict/result_files.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("only files of other settings that were not written again are removed", async () => {
  await using folder = await temporaryFolder();
  const found = new Map<string, Found>([
    ["a_labels.tif", "another result"],
    ["a_rois.zip", "another result"],
    [".predict/a.objects.csv", "another result"],
    ["a_overlay.png", "this"],
    ["a_objects.geojson", "nothing"],
  ]);
  await Deno.mkdir(join(folder.path, ".predict"));
  for (const [file, what] of found) if (what !== "nothing") await Deno.writeTextFile(join(folder.path, file), what);
  const outcome = new Outcome();
  await removeEarlier(folder.path, found, new Set(["a_labels.tif"]), outcome);
  const left = [folder.path, join(folder.path, ".predict")].flatMap((path) => [...Deno.readDirSync(path)]);
  assert.deepEqual(left.map(({ name }) => name).sort(), [".predict", "a_labels.tif", "a_overlay.png"]);
  assert.equal(outcome.warnings.length, 1);
  assert.match(
    outcome.warnings[0],
    /a_rois\.zip was of other settings, or of an image that has changed: it is removed$/,
  );
});
