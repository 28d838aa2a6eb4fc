import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError } from "lib";
import { listSources, loadFolder } from "lib/datasets";
import { folderWith, rejects, write } from "./write_files.ts";

/** Each image's mask, as paths from the folder on, and the notes. */
async function pairsIn(files: readonly string[]): Promise<{ pairs: string[]; notes: readonly string[] }> {
  await using folder = await folderWith(files);
  const { sources, notes } = await listSources(folder.path);
  const pairs = sources.map(({ path, mask, problem }) => {
    assert.ok(mask.kind === "labels", problem ?? "");
    return [path, mask.path].map((each) => each.slice(folder.path.length + 1).normalize("NFC")).join(" ");
  });
  return { pairs, notes };
}

/** The problems of a folder, with paths from the folder on. */
async function problemsIn(files: readonly string[]): Promise<string[]> {
  await using folder = await folderWith(files);
  const { sources } = await listSources(folder.path);
  return sources.flatMap(({ problem }) => problem?.replaceAll(`${folder.path}/`, "") ?? []);
}

Deno.test("masks that are named after their image are paired, and it is said how", async () => {
  for (
    const [image, mask, note] of [
      ["a.png", "a_mask.png", 'named after the image with "_mask" at the end'],
      ["a.tif", "a_masks.png", 'named after the image with "_masks" at the end'],
      ["a.tif", "a-label.tif", 'named after the image with "-label" at the end'],
      ["a.tif", "a_labels.tif", 'named after the image with "_labels" at the end'],
      ["a.tif", "a_seg.png", 'named after the image with "_seg" at the end'],
      ["a.tif", "a_cp_masks.png", 'named after the image with "_cp_masks" at the end'],
      ["a.tif", "mask_a.png", 'named after the image with "mask_" at the start'],
      ["img_01.png", "mask_01.png", 'named with "mask_" where the image has "img_"'],
      ["img01.png", "mask01.png", 'named with "mask" where the image has "img"'],
      ["01_img.png", "01.png", 'named like the image without "_img"'],
      ["Cell1.png", "cell1.png", "named like the image except for upper and lower case"],
      ["Cell1.png", "cell1_Mask.png", 'named after the image with "_Mask" at the end, except for upper and lower case'],
      ["a.ome.tif", "a.tif", 'named like the image except for ".ome"'],
      ["a.tif", "a.ome.tif", 'named like the image except for ".ome"'],
      ["a.ome.tif", "a_mask.ome.tif", 'named after the image with "_mask" at the end'],
      ["case_0000.png", "case.png", `named like the image without nnU-Net's channel number "_0000"`],
      ["slide1/a.png", "a.png", "named like the image, but only one of the two is in a subfolder"],
    ]
  ) {
    const found = await pairsIn([`images/${image}`, `masks/${mask}`, "images/other.png", "masks/other.png"]);
    assert.ok(found.pairs.includes(`images/${image} masks/${mask}`), `${image} ${mask}: ${found.pairs}`);
    assert.deepEqual(found.notes.filter((each) => !each.includes("in 1 subfolder:")), [`1 mask is ${note}`]);
  }
  const three = await pairsIn(["a", "b", "c"].flatMap((id) => [`images/${id}.png`, `masks/${id}_mask.png`]));
  assert.deepEqual(three.notes, ['3 masks are named after the image with "_mask" at the end']);
});

Deno.test("equal names come first, and need no note", async () => {
  const { pairs, notes } = await pairsIn([
    "images/a.png",
    "images/a_mask.png",
    "masks/a.png",
    "masks/a_mask.png",
    "images/A.png",
    "masks/A.png",
  ]);
  assert.deepEqual(pairs, [
    "images/A.png masks/A.png",
    "images/a.png masks/a.png",
    "images/a_mask.png masks/a_mask.png",
  ]);
  assert.deepEqual(notes, []);
});

Deno.test("composed and decomposed accents are one name, and ids are composed", async () => {
  await using folder = await folderWith(["images/Zelle_e\u0301.png", "masks/Zelle_\u00e9.png"]);
  const { samples, notes } = await loadFolder(folder.path);
  assert.deepEqual(samples.map(({ id }) => id), ["Zelle_\u00e9"]);
  assert.deepEqual(notes, []);
  await write(join(folder.path, "images/Zelle_\u00e9.png"), "");
  await rejects(
    listSources(folder.path),
    DatasetError,
    /images contains both Zelle_.+\.png and Zelle_.+\.png: remove one/,
  );
});

Deno.test("what is ambiguous stays unpaired, and the files that it could be are named", async () => {
  assert.deepEqual(await problemsIn(["images/a.png", "masks/a_mask.png", "masks/a_label.png"]), [
    "images/a.png has no mask: masks/a_label.png and masks/a_mask.png are candidates: remove one, or name the right one a.png",
  ]);
  const [first, second] = await problemsIn(["images/Cell1.png", "images/CELL1.png", "masks/cell1.png"]);
  assert.match(
    first,
    /CELL1\.png has no mask: masks\/cell1\.png could also belong to another image: name each mask exactly/,
  );
  assert.match(second, /Cell1\.png has no mask/);
  // Frames of two slides that count alike are no pair.
  const [slides] = await problemsIn(["images/p1/a.png", "masks/p2/a.png"]);
  assert.match(slides, /images\/p1\/a\.png has no mask/);
});

Deno.test("channels in files of their own are refused by name", async () => {
  const problems = await problemsIn(["imagesTr/x_0000.png", "imagesTr/x_0001.png", "labelsTr/x.png"]);
  assert.equal(problems.length, 2);
  assert.match(
    problems[0],
    /imagesTr\/x_0000\.png is one of 2 channels of an image in separate files: keep the one to segment, or merge/,
  );
});

Deno.test("the message on a missing mask names the file that looks closest, and none of another number", async () => {
  const [image, mask] = await problemsIn(["images/cell_1.png", "masks/cell_01.tif"]);
  assert.equal(image, "images/cell_1.png has no mask: found masks/cell_01.tif: rename it to cell_1.tif");
  assert.equal(mask, "masks/cell_01.tif has no image: found images/cell_1.png: rename it to cell_01.png");
  const [final] = await problemsIn(["images/a.tif", "masks/a_final.png"]);
  assert.equal(final, "images/a.tif has no mask: found masks/a_final.png: rename it to a.png");
  assert.deepEqual(await problemsIn(["images/cell_1.png", "masks/cell_2.png"]), [
    "images/cell_1.png has no mask: expected masks/cell_1.png",
    "masks/cell_2.png has no image: expected images/cell_2.png",
  ]);
  const [unread] = await problemsIn(["images/a.png", "masks/a.npy", "images/b.png", "masks/b.png"]);
  assert.equal(unread, "images/a.png has no mask: found masks/a.npy, which is not read: save it as PNG or TIFF");
  const [objects] = await problemsIn(["images/a.png", "masks/a/1.png", "masks/a/2.png"]);
  assert.match(objects, /found the folder masks\/a with 2 files: if each is one object, list them in a manifest\.json/);
});

Deno.test("loadFolder() says how many more problems there are", async () => {
  await using folder = await folderWith(["images/a.png", "images/b.png", "images/c.png", "masks/c.png"]);
  await rejects(
    loadFolder(folder.path),
    DatasetError,
    /a\.png has no mask: expected .*\(and 1 more problem: deno task data check lists them all\)$/,
  );
});

Deno.test("folders of images and masks have several names, in any capitals", async () => {
  for (
    const [images, masks] of [
      ["image", "label"],
      ["images", "labels"],
      ["Images", "Masks"],
      ["IMG", "mask"],
      ["imgs", "labels"],
      ["raw", "GT"],
      ["images", "ground truth"],
    ]
  ) {
    const { pairs } = await pairsIn([`${images}/a.png`, `${masks}/a.png`]);
    assert.deepEqual(pairs, [`${images}/a.png ${masks}/a.png`]);
  }
  await using two = await folderWith(["images/a.png", "label/a.png", "mask/a.png"]);
  await rejects(
    listSources(two.path),
    DatasetError,
    /label and .*mask could both contain the masks: name the right one masks/,
  );
});

Deno.test("a folder of masks may lie inside that of the images", async () => {
  const { pairs, notes } = await pairsIn(["a.png", "b.png", "masks/a.png", "masks/b_mask.png", "old/c.png"]);
  assert.deepEqual(pairs, ["a.png masks/a.png", "b.png masks/b_mask.png"]);
  assert.match(notes[1], /^The subfolder old of .* is left out, with 1 image$/);
  await using inside = await folderWith(["images/a.png", "images/masks/a.png"]);
  await rejects(listSources(inside.path), DatasetError, /its subfolder images has: give .*my-images\/images$/);
});

Deno.test("the usual folders win over others, which are left out by name", async () => {
  const { pairs, notes } = await pairsIn([
    "images/a.png",
    "masks/a.png",
    "labels/a.png",
    "test/images/b.png",
    "test/masks/b.png",
    "overview.png",
  ]);
  assert.deepEqual(pairs, ["images/a.png masks/a.png"]);
  assert.equal(notes[0], "labels, test are left out: images and masks are read");
  assert.match(notes[1], /^1 image in .*my-images itself is left out/);
});

Deno.test("subfolders are read where both sides have them, and left out by name where one has not", async () => {
  const { pairs, notes } = await pairsIn([
    "images/p1/a.png",
    "masks/p1/a_mask.png",
    "images/p2/a.png",
    "masks/p2/a.png",
    "images/old/x.png",
    "images/old/y.png",
  ]);
  assert.deepEqual(pairs, ["images/p1/a.png masks/p1/a_mask.png", "images/p2/a.png masks/p2/a.png"]);
  assert.equal(notes[0], '2 images are in 2 subfolders: ids begin with the subfolder\'s name ("p1_a")');
  assert.match(notes[2], /images\/old is left out: it contains 2 images without a mask/);
  await using folder = await folderWith(["images/p1/a.png", "masks/p1/a.png"]);
  assert.deepEqual((await listSources(folder.path)).sources.map(({ id }) => id), ["p1_a"]);
  await write(join(folder.path, "images/p1_a.png"), "");
  await write(join(folder.path, "masks/p1_a.png"), "");
  await rejects(listSources(folder.path), DatasetError, /two images named "p1_a" \(.*p1\/a\.png and .*p1_a\.png\)/);
});

Deno.test("a folder of no known layout is described, and a data set inside it named", async () => {
  await using scans = await folderWith(["scans/a.png", "outlines/a.png"]);
  await rejects(
    listSources(scans.path),
    DatasetError,
    /contains outlines\/ with 1 image, scans\/ with 1 image: if they belong together, rename them images and masks/,
  );
  await using nested = await folderWith(["set1/image/a.png", "set1/label/a.png"]);
  await rejects(listSources(nested.path), DatasetError, /its subfolder set1 has: give .*my-images\/set1$/);
  await rejects(listSources(join(nested.path, "set1/image/a.png")), DatasetError, /a\.png is a file, not a data set/);
});
