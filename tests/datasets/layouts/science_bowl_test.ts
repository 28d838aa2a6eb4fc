import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError, ImageError } from "lib";
import { listSources, loadFolder } from "lib/datasets";
import { folderWith, labels, picture, rejects } from "./write_files.ts";

Deno.test("the Science Bowl's layout: one image and one mask per nucleus, at the top or in stage1_train/", async () => {
  for (const root of ["stage1_train", "."]) {
    await using folder = await folderWith({
      [`${root}/aa/images/aa.png`]: picture(),
      [`${root}/aa/masks/1.png`]: labels(255, 255),
      [`${root}/aa/masks/2.png`]: labels(0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255),
      [`${root}/bb/images/bb.png`]: picture(),
      [`${root}/bb/masks/1.png`]: labels(0, 0, 255),
    });
    const { samples, layout } = await loadFolder(folder.path);
    assert.equal(layout, "science-bowl");
    assert.deepEqual(samples.map(({ id }) => id), ["aa", "bb"]);
    // A pixel of two masks stays the first one's.
    assert.deepEqual([...samples[0].labels.data], [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    await Deno.remove(join(folder.path, root, "bb/masks"), { recursive: true });
    await rejects(loadFolder(folder.path), DatasetError, /bb\.png has no masks: expected the folder/);
  }
});

Deno.test("a mask of several objects is no mask of the Science Bowl's", async () => {
  await using folder = await folderWith({ "aa/images/aa.png": picture(), "aa/masks/aa.png": labels(1, 2, 3, 4) });
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /aa\/masks\/aa\.png contains 4 numbers other than 0 \(1, 2, 3, …\), but should be the mask of one object: put label masks/,
  );
});

Deno.test("folders that look like data sets in themselves are refused, with what to do", async () => {
  const twoEach = ["p1", "p2"].flatMap((p) =>
    ["a", "b"].flatMap((id) => [`${p}/images/${id}.png`, `${p}/masks/${id}.png`])
  );
  await using patients = await folderWith(twoEach);
  await rejects(
    listSources(patients.path),
    DatasetError,
    /p1 and other folders in .* look like separate data sets/,
  );
  await using one = await folderWith(["data/images/a.png", "data/masks/a.png"]);
  await rejects(listSources(one.path), DatasetError, /data looks like a separate data set: give that folder/);
});

Deno.test("folders and images that are no image's folder are left out by name", async () => {
  await using folder = await folderWith([
    "aa/images/aa.png",
    "aa/masks/1.png",
    "aa/masks/old/2.png",
    "cc/cc.png",
    "overview.png",
  ]);
  await Deno.symlink(join(folder.path, "nowhere"), join(folder.path, "dd"));
  const { notes } = await listSources(folder.path);
  assert.match(notes[0], /^The subfolder old of .*masks is left out, with 1 image$/);
  assert.match(
    notes[1],
    /^cc, dd \(a broken link\), overview\.png in .* \(3\) are left out: an image's folder contains/,
  );
});

Deno.test("stage1_test is left out by name", async () => {
  await using folder = await folderWith([
    "stage1_train/a/images/a.png",
    "stage1_train/a/masks/1.png",
    "stage1_test/b/images/b.png",
  ]);
  assert.deepEqual((await listSources(folder.path)).notes, ["stage1_test is left out: it has no masks"]);
});
