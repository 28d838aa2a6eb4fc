import assert from "node:assert/strict";
import { listSources, loadFolder } from "lib/datasets";
import { folderWith } from "./write_files.ts";

Deno.test("masks that lie with their images are paired, Cellpose's other files left out", async () => {
  await using folder = await folderWith([
    "a.tif",
    "a_cp_masks.png",
    "b.tif",
    "b_cp_masks.png",
    "b_flows.tif",
    "b_seg.npy",
    "old/c.png",
  ]);
  const { layout, sources, notes } = await listSources(folder.path);
  assert.equal(layout, "one-folder");
  assert.deepEqual(
    sources.map(({ id, mask }) => [id, mask.kind === "labels" && mask.path.slice(folder.path.length + 1)]),
    [["a", "a_cp_masks.png"], ["b", "b_cp_masks.png"]],
  );
  assert.equal(notes[0], '2 masks are named after the image with "_cp_masks" at the end');
  assert.match(notes[1], /^1 other output of Cellpose in .* is left out$/);
  assert.match(notes[2], /is not read: b_seg\.npy: let Cellpose save the masks as PNG or TIFF$/);
  assert.equal(notes[3], `The subfolder old of ${folder.path} is left out, with 1 image`);
});

Deno.test("an image without its mask is named, with the mask that is expected", async () => {
  await using folder = await folderWith(["images/a.png", "images/a_mask.png", "images/b.png"]);
  const { layout, sources } = await listSources(folder.path);
  assert.equal(layout, "one-folder");
  assert.match(sources[1].problem!, /images\/b\.png has no mask: expected .*images\/b_mask\.png/);
  const { samples } = await loadFolder(folder.path, { skipBad: true });
  assert.deepEqual(samples.map(({ id }) => id), ["a"]);
});
