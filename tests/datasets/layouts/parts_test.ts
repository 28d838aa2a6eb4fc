import assert from "node:assert/strict";
import { DatasetError, splitDataset } from "lib";
import { listSources, loadFolder } from "lib/datasets";
import { folderWith, labels, picture, rejects } from "./write_files.ts";

/** Ids with their splits, and the notes. */
async function partsIn(files: readonly string[]) {
  await using folder = await folderWith(files);
  const { layout, sources, notes } = await listSources(folder.path);
  for (const { problem } of sources) assert.equal(problem, undefined);
  return { layout, ids: sources.map(({ id, split }) => `${id} ${split}`), notes };
}

Deno.test("train/, val/ and test/ are a split that exists already, not the Science Bowl's folders", async () => {
  // One image per part: each folder then looks like the Science Bowl's for one image.
  await using folder = await folderWith({
    "train/images/a.png": picture(),
    "train/masks/a.png": labels(1, 2, 3),
    "val/images/b.png": picture(),
    "val/masks/b.png": labels(1),
    "test/images/c.png": picture(),
    "test/masks/c.png": labels(0, 7),
  });
  const dataset = await loadFolder(folder.path);
  assert.equal(dataset.layout, "parts");
  assert.deepEqual(dataset.samples.map(({ id, split }) => [id, split]), [["a", "train"], ["b", "train"], [
    "c",
    "test",
  ]]);
  assert.deepEqual([...dataset.samples[0].labels.data.slice(0, 4)], [1, 2, 3, 0]);
  assert.deepEqual(dataset.notes, [
    "1 image of val is added to the training images: this program draws the folds",
    "1 image of test is the test split",
  ]);
  assert.deepEqual(splitDataset(dataset, { folds: 2 }).test, [2]);
});

Deno.test("parts may have other names, or stand in the names of the folders of images and masks", async () => {
  assert.deepEqual(
    await partsIn(["training/image/a.png", "training/label/a.png", "validation/image/b.png", "validation/label/b.png"]),
    {
      layout: "parts",
      ids: ["a train", "b train"],
      notes: ["1 image of validation is added to the training images: this program draws the folds"],
    },
  );
  for (
    const folders of [
      ["train_images", "train_masks", "test_images", "test_masks"],
      ["images-train", "labels-train", "images-test", "labels-test"],
      ["imagesTr", "labelsTr", "imagesTs", "labelsTs"],
      ["train", "train_masks", "test", "test_masks"],
    ]
  ) {
    const { layout, ids } = await partsIn(folders.map((folder, i) => `${folder}/${i < 2 ? "a" : "b"}.png`));
    assert.equal(layout, "parts");
    assert.deepEqual(ids, ["a train", "b test"]);
  }
});

Deno.test("folders train/ and test/ inside images/ and masks/ are parts too", async () => {
  const { ids, notes } = await partsIn([
    "images/train/a.png",
    "masks/train/a.png",
    "images/test/b.png",
    "masks/test/b.png",
  ]);
  assert.deepEqual(ids, ["b test", "a train"]);
  assert.deepEqual(notes, ["1 image of test is the test split"]);
});

Deno.test("what cannot be paired leaves the split of the rest as it is", async () => {
  const pairs = ["train/a", "train/b", "test/c"].flatMap((id) => [`images/${id}.png`, `masks/${id}.png`]);
  for (
    const [bad, id] of [
      ["masks/train/extra.png", "extra"],
      ["images/test/extra.png", "extra"],
      ["masks/extra.png", "extra"],
      ["images/extra.png", "extra"],
    ]
  ) {
    await using folder = await folderWith([...pairs, bad]);
    const { samples, skipped, notes } = await loadFolder(folder.path, { skipBad: true });
    assert.deepEqual(samples.map(({ id, split }) => `${id} ${split}`), ["a train", "b train", "c test"], bad);
    assert.deepEqual(skipped!.map(({ id }) => id), [id], bad);
    assert.deepEqual(notes, ["1 image of test is the test split"], bad);
    await rejects(loadFolder(folder.path), DatasetError, /extra\.png has no (mask|image)/);
  }
});

Deno.test("names that several parts use begin with the part's name", async () => {
  const { ids, notes } = await partsIn([
    "train/images/a.png",
    "train/masks/a.png",
    "train/images/b.png",
    "train/masks/b.png",
    "test/images/a.png",
    "test/masks/a.png",
  ]);
  assert.deepEqual(ids, ["train_a train", "b train", "test_a test"]);
  assert.match(notes[1], /^1 name is used in several parts: such ids begin with the part's name \("train_a"\)/);
});

Deno.test("a part without masks is left out by name", async () => {
  assert.deepEqual((await partsIn(["imagesTr/x_0000.png", "labelsTr/x.png", "imagesTs/y_0000.png"])).notes, [
    `imagesTr: 1 mask is named like the image without nnU-Net's channel number "_0000"`,
    "imagesTs is left out: it contains 1 image without masks",
  ]);
});

Deno.test("a part may hold masks that lie with their images", async () => {
  const { ids } = await partsIn(["train/000_img.png", "train/000_masks.png", "test/001_img.png", "test/001_masks.png"]);
  assert.deepEqual(ids, ["000_img train", "001_img test"]);
});

Deno.test("two folders for one part are refused", async () => {
  await using folder = await folderWith([
    "val/images/a.png",
    "val/masks/a.png",
    "valid/images/b.png",
    "valid/masks/b.png",
  ]);
  await rejects(listSources(folder.path), DatasetError, /val and .*valid could both be the val part/);
});
