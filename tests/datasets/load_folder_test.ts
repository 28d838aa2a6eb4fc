import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError, ImageError } from "lib";
import { describeGroups, loadFolder } from "lib/datasets";
import { folderWith, labels, picture, rejects, write } from "./layouts/write_files.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";

const stack = (...firsts: number[]) =>
  writeTiff(firsts.map((first) => ({ width: 2, height: 2, data: Uint8Array.of(first, 1, 0, 0) })));

Deno.test("a stack's pages are samples of one group", async () => {
  await using folder = await folderWith({ "images/z.tif": stack(5, 6, 7), "masks/z.tif": stack(0, 2, 0) });
  const dataset = await loadFolder(folder.path);
  const { samples } = dataset;
  assert.deepEqual(samples.map(({ id, group }) => [id, group]), [["z#1", "z"], ["z#2", "z"], ["z#3", "z"]]);
  assert.deepEqual(samples.map(({ image, labels }) => [image.data[0], labels.data[0]]), [[5, 0], [6, 2], [7, 0]]);
  assert.equal(describeGroups(dataset), "3 images in 1 group (pages of one file are a group: no groups table)");
  await write(join(folder.path, "masks/z.tif"), stack(0, 2));
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /masks\/z\.tif has 2 pages, but its image has 3: save a mask with/,
  );
});

Deno.test("pages do not share a mask of one page", async () => {
  await using folder = await folderWith({ "images/z.tif": stack(5, 6, 7), "masks/z.tif": stack(2) });
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /masks\/z\.tif has 1 page, but its image .*images\/z\.tif has 3: save a mask with 3 pages, or the image's pages as files/,
  );
  // One page that a manifest names has its own mask.
  const images = [{ image: "images/z.tif", mask: "masks/z.tif", page: 1 }];
  await write(join(folder.path, "manifest.json"), JSON.stringify({ version: 1, images }));
  assert.deepEqual((await loadFolder(folder.path)).samples.map(({ id }) => id), ["z#2"]);
});

Deno.test("pages of image and mask are paired by plane and time, whatever their order", async () => {
  const pages = (description: string) =>
    writeTiff(Array.from({ length: 6 }, (_, page) => ({
      width: 2,
      height: 2,
      data: Uint8Array.of(page, 1, 0, 0),
      ...(page === 0 && { description }),
    })));
  const shaped = (shape: number[], axes: string) => pages(JSON.stringify({ shape: [...shape, 2, 2], axes }));
  const imageJ = pages("ImageJ=1.54f\nimages=6\nslices=2\nframes=3\n");
  await using folder = await folderWith({ "images/a.tif": shaped([2, 3], "ZTYX"), "masks/a.tif": imageJ });
  const paired = async () => {
    const { samples } = await loadFolder(folder.path);
    return samples.map(({ image, labels }) => [image.data[0], labels.data[0]]);
  };
  // The image's first three pages are the times of the first plane; in the mask, these are every second page.
  assert.deepEqual(await paired(), [[0, 0], [1, 2], [2, 4], [3, 1], [4, 3], [5, 5]]);
  // Files that do not state planes and times are paired by pages.
  for (const image of [shaped([3, 2], "TZYX"), shaped([6], "ZYX"), pages("")]) {
    await write(join(folder.path, "images/a.tif"), image);
    assert.deepEqual(await paired(), Array.from({ length: 6 }, (_, page) => [page, page]));
  }
  await write(join(folder.path, "images/a.tif"), shaped([2, 3], "TZYX"));
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /masks\/a\.tif has 2 planes at 3 times, but its image \S+images\/a\.tif has 3 planes at 2 times: save the mask with/,
  );
});

Deno.test("a page's id must not be another file's", async () => {
  await using folder = await folderWith({
    "images/a.tif": stack(5, 6),
    "masks/a.tif": stack(0, 2),
    "images/a#1.png": picture(),
    "masks/a#1.png": labels(1),
  });
  await rejects(
    loadFolder(folder.path),
    DatasetError,
    /a#1\.png and .*a\.tif both contain an image named "a#1".*: rename one/,
  );
  // With `skipBad` too: nobody can say which of the two is meant.
  await rejects(loadFolder(folder.path, { skipBad: true }), DatasetError, /both contain an image named "a#1"/);
});

Deno.test("the data set that a folder's dot means is named after the folder", async () => {
  await using folder = await folderWith(["images/a.png", "masks/a.png"]);
  assert.equal((await loadFolder(`${folder.path}/.`)).name, "my-images");
});
