import assert from "node:assert/strict";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import { DatasetError, ImageError, loadFolder, modalityOf } from "lib";
import { fillRuns } from "lib/data/layouts/fill_runs.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { writeTiff } from "./write_tiff.ts";

const rejects = (promise: Promise<unknown>, type: new (...args: never[]) => Error, message: RegExp) =>
  assert.rejects(promise, (error: Error) => {
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });

async function write(path: string, content: Uint8Array | string): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
}

/** A 4 × 3 picture. */
const picture = (...values: number[]) =>
  encodePng({
    width: 4,
    height: 3,
    data: Uint8Array.from({ length: 12 }, (_, i) => values[i] ?? i),
    channels: 1,
    depth: 8,
  });

Deno.test("the Science Bowl's layout: one image and one mask per nucleus, at the top or in stage1_train/", async () => {
  await using folder = await temporaryFolder();
  for (const root of ["stage1_train", "."]) {
    const at = join(folder.path, root === "." ? "flat" : "nested", root);
    await write(join(at, "aa/images/aa.png"), picture());
    await write(join(at, "aa/masks/1.png"), picture(255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    await write(join(at, "aa/masks/2.png"), picture(0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255));
    await write(join(at, "bb/images/bb.png"), picture());
    await write(join(at, "bb/masks/1.png"), picture(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255));
    const { samples, layout } = await loadFolder(join(folder.path, root === "." ? "flat" : "nested"));
    assert.equal(layout, "science-bowl");
    assert.deepEqual(samples.map(({ id }) => id), ["aa", "bb"]);
    // A pixel of two masks stays the first one's.
    assert.deepEqual([...samples[0].labels.data], [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  }
  await Deno.remove(join(folder.path, "flat/bb/masks"), { recursive: true });
  await rejects(loadFolder(join(folder.path, "flat")), DatasetError, /bb\.png has no masks: expected the folder/);
});

Deno.test("run lengths count from 1, column by column", () => {
  const labels = new Uint16Array(12);
  fillRuns(labels, [3, 4], "1 2 6 2", 1, "table");
  // Columns of three pixels: rows 0 and 1 of the first; row 2 of the second, row 0 of the third.
  assert.deepEqual([...labels], [1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
  assert.throws(() => fillRuns(labels, [3, 4], "12 2", 1, "t.csv"), /t\.csv: the run "12 2" lies outside of 4 × 3/);
  assert.throws(() => fillRuns(labels, [3, 4], "0 2", 1, "t.csv"), /lies outside/);
  assert.throws(() => fillRuns(labels, [3, 4], "1 2 3", 1, "t.csv"), /3 numbers are no pairs/);
  assert.throws(() => fillRuns(labels, [3, 4], "1 x", 1, "t.csv"), /the run "1 x"/);
});

Deno.test("a CSV of run lengths beside a folder of images", async () => {
  await using folder = await temporaryFolder();
  const table = join(folder.path, "train.csv");
  await write(join(folder.path, "images/a.png"), picture());
  await write(join(folder.path, "images/b.png"), picture());
  await write(table, "ImageId,EncodedPixels\na.png,1 3\na.png,10 1\nb.png,\n");
  const { samples, layout } = await loadFolder(folder.path);
  assert.equal(layout, "run-length");
  assert.deepEqual([...samples[0].labels.data], [1, 0, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0]);
  assert.ok(samples[1].labels.data.every((label) => label === 0));
  await write(table, "ImageId,EncodedPixels\na,1 3\n");
  await rejects(loadFolder(folder.path), DatasetError, /train\.csv does not name .*b\.png: add a line/);
  await write(table, "ImageId,EncodedPixels\na,1 3\nb,\nc,1 1\n");
  await rejects(loadFolder(folder.path), DatasetError, /names "c", of which there is no image/);
  await write(table, "ImageId,EncodedPixels\na,1 30\nb,\n");
  await rejects(loadFolder(folder.path), ImageError, /train\.csv, object 1 of its image: the run "1 30" lies outside/);
});

Deno.test("a manifest says what files cannot: group, split, modality, pixel size", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "manifest.json");
  await write(join(folder.path, "x/one.png"), picture());
  await write(join(folder.path, "x/mask.png"), picture());
  const entry = { image: "x/one.png", mask: "x/mask.png", group: "p1", split: "test", pixelSize: 0.5 };
  const write1 = (...images: unknown[]) => write(path, JSON.stringify({ version: 1, modality: "electron", images }));
  await write1(entry, { id: "two", image: "x/one.png", mask: ["x/mask.png"], modality: "phase" });
  for (const from of [folder.path, path]) {
    const { samples, layout } = await loadFolder(from);
    assert.equal(layout, "manifest");
    const [one, two] = samples;
    assert.deepEqual([one.id, one.group, one.split, one.pixelSize, modalityOf(one)], [
      "one",
      "p1",
      "test",
      0.5,
      "electron",
    ]);
    assert.deepEqual([two.id, two.group, two.split, modalityOf(two)], ["two", "two", undefined, "phase"]);
  }
  await write1({ ...entry, grup: "typo" });
  await rejects(loadFolder(path), DatasetError, /manifest\.json: images\.0: .*grup/);
  await write1({ ...entry, split: "validation" });
  await rejects(loadFolder(path), DatasetError, /images\.0\.split/);
  await write1(entry, entry);
  await rejects(loadFolder(path), DatasetError, /two images named "one"/);
  await write(path, "{");
  await rejects(loadFolder(path), DatasetError, /manifest\.json is not JSON/);
  await write1({ ...entry, image: "x/none.png" });
  await rejects(loadFolder(path), ImageError, /none\.png cannot be read/);
});

Deno.test("a stack's pages are samples of one group", async () => {
  await using folder = await temporaryFolder();
  const stack = (...firsts: number[]) =>
    writeTiff(firsts.map((first) => ({ width: 2, height: 2, data: Uint8Array.of(first, 1, 0, 0) })));
  await write(join(folder.path, "images/z.tif"), stack(5, 6, 7));
  await write(join(folder.path, "masks/z.tif"), stack(0, 2, 0));
  const { samples } = await loadFolder(folder.path);
  assert.deepEqual(samples.map(({ id, group }) => [id, group]), [["z#1", "z"], ["z#2", "z"], ["z#3", "z"]]);
  assert.deepEqual(samples.map(({ image, labels }) => [image.data[0], labels.data[0]]), [[5, 0], [6, 2], [7, 0]]);
  await write(join(folder.path, "masks/z.tif"), stack(0, 2));
  await rejects(loadFolder(folder.path), ImageError, /masks\/z\.tif has 2 pages, but its image has 3/);
});

Deno.test("skipBad leaves out what cannot be read, and says why", async () => {
  await using folder = await temporaryFolder();
  for (const id of ["a", "b", "c", "d"]) {
    await write(join(folder.path, `images/${id}.png`), picture());
    await write(join(folder.path, `masks/${id}.png`), picture());
  }
  await write(join(folder.path, "images/b.png"), picture().subarray(0, 50));
  await Deno.remove(join(folder.path, "masks/c.png"));
  await write(join(folder.path, "masks/e.png"), picture());
  await write(
    join(folder.path, "masks/d.png"),
    encodePng({ width: 2, height: 2, data: new Uint8Array(4), channels: 1, depth: 8 }),
  );
  await rejects(loadFolder(folder.path), DatasetError, /c\.png has no mask/);
  const { samples, skipped } = await loadFolder(folder.path, { skipBad: true });
  assert.deepEqual(samples.map(({ id }) => id), ["a"]);
  assert.deepEqual(skipped!.map(({ id }) => id), ["b", "c", "d", "e"]);
  assert.match(skipped![0].reason, /images\/b\.png cannot be read/);
  assert.match(skipped![2].reason, /masks\/d\.png is 2 × 2, but its image is 4 × 3/);
  await Deno.remove(join(folder.path, "images/a.png"));
  await rejects(
    loadFolder(folder.path, { skipBad: true }),
    DatasetError,
    /None of the 5 images in .* can be read; the first/,
  );
});

Deno.test("files larger than allowed are refused before they are read", async () => {
  await using folder = await temporaryFolder();
  await write(join(folder.path, "images/a.png"), picture());
  await write(join(folder.path, "masks/a.png"), picture());
  await rejects(loadFolder(folder.path, { maxBytes: 20 }), ImageError, /images\/a\.png has \d+ bytes, more than 20/);
});
