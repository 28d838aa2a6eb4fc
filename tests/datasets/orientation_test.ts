import assert from "node:assert/strict";
import { join } from "node:path";
import { checkMasks, ImageError } from "lib";
import { loadFolder } from "lib/datasets";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { folderWith, rejects, write } from "./layouts/write_files.ts";

const picture = (orientation?: number, width = 4) =>
  writeTiff([{ width, height: 12 / width, data: Uint8Array.from({ length: 12 }, (_, i) => i % 5), orientation }]);

/** The warnings of a folder, with paths from the folder on. */
async function warningsIn(path: string): Promise<{ message: string; ids: string[] }[]> {
  const { findings } = checkMasks(await loadFolder(path));
  return findings.filter(({ severity, message }) => severity === "warning" && message.includes("orientation"))
    .map(({ message, ids }) => ({ message: message.replaceAll(`${path}/`, ""), ids }));
}

Deno.test("an orientation that only the image or only the mask has is a warning that names both", async () => {
  await using folder = await folderWith({ "images/a.tif": picture(3), "masks/a.tif": picture() });
  const advice = "each file is turned as it says; check that they fit, and save both upright";
  assert.deepEqual(await warningsIn(folder.path), [{
    message: `images/a.tif has the orientation 3, but its mask masks/a.tif has no orientation: ${advice}`,
    ids: ["a"],
  }]);
  await write(join(folder.path, "images/b.tif"), picture());
  await write(join(folder.path, "masks/b.tif"), picture(2));
  assert.deepEqual(await warningsIn(folder.path), [{
    message:
      `images/a.tif has the orientation 3, but its mask masks/a.tif has no orientation (and 1 more image): ${advice}`,
    ids: ["a", "b"],
  }]);
  await write(join(folder.path, "masks/a.tif"), picture(3));
  await write(join(folder.path, "masks/b.tif"), picture(1));
  assert.deepEqual(await warningsIn(folder.path), []);
});

Deno.test("a size that differs because of an orientation names the orientation", async () => {
  await using folder = await folderWith({ "images/a.tif": picture(6), "masks/a.tif": picture() });
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /masks\/a\.tif is 4 × 3, but its image is 3 × 4: a mask must have its image's size; the image has the orientation 6 and the mask no orientation, which are applied: save both upright/,
  );
  await write(join(folder.path, "images/a.tif"), picture(undefined, 3));
  await rejects(loadFolder(folder.path), ImageError, /a mask must have its image's size$/);
});
