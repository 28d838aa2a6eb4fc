// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import { writeArrayBuffer } from "geotiff";
import jpeg from "jpeg-js";
import { type Dataset, DatasetError, foreground, generateDataset, ImageError, makeDataset } from "lib";
import { BatchSource } from "lib/batches";
import { loadFolder, openDataset, readGroups } from "lib/datasets";
import { decodeImage, normalizeImage } from "lib/images";
import { FORMAT_LIST } from "lib/images/formats/formats.ts";
import type { BatchOptions } from "lib/batches/batch_source.ts";
import { copyCrop } from "lib/batches/augment/crop.ts";
import { once } from "lib/io/once.ts";
import { crc32 } from "lib/io/crc32.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

type Png = Parameters<typeof encodePng>[0];
const grey = (values: Uint8Array | Uint16Array, width: number, height: number): Png => ({
  width,
  height,
  data: values,
  channels: 1,
  depth: values instanceof Uint16Array ? 16 : 8,
});

/** Writes `images/` and `masks/` with one 4 × 3 pair per id. */
async function writePairs(folder: string, ids: string[]): Promise<void> {
  for (const part of ["images", "masks"]) await Deno.mkdir(join(folder, part), { recursive: true });
  for (const [i, id] of ids.entries()) {
    const pixels = Uint8Array.from({ length: 12 }, (_, k) => 10 * k + i);
    const labels = Uint16Array.from({ length: 12 }, (_, k) => k < 3 ? 0 : 300 + k % 2);
    await Deno.writeFile(join(folder, "images", `${id}.png`), encodePng(grey(pixels, 4, 3)));
    await Deno.writeFile(join(folder, "masks", `${id}.png`), encodePng(grey(labels, 4, 3)));
  }
}

const rejects = (promise: Promise<unknown>, type: new (...args: never[]) => Error, message: RegExp) =>
  assert.rejects(promise, (error: Error) => {
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });

Deno.test("loadFolder() reads pairs, whose labels become foreground", async () => {
  await using folder = await temporaryFolder();
  await writePairs(folder.path, ["b", "a"]);
  const { samples, fingerprint } = await loadFolder(folder.path);
  assert.deepEqual(samples.map(({ id, group }) => [id, group]), [["a", "a"], ["b", "b"]]);
  assert.deepEqual([...foreground(samples[0].labels)], [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  assert.equal(samples[0].labels.data[3], 301);
  assert.equal(fingerprint.length, 64);
});

Deno.test("loadFolder() names what is wrong with a folder", async () => {
  await using folder = await temporaryFolder();
  const path = folder.path;
  await rejects(loadFolder(join(path, "nowhere")), DatasetError, /nowhere does not exist: give one/);
  await Deno.mkdir(join(path, "images"));
  await Deno.mkdir(join(path, "masks"));
  await rejects(loadFolder(path), DatasetError, new RegExp(`images contains no ${FORMAT_LIST}`));
  await writePairs(path, ["a", "b"]);
  await Deno.remove(join(path, "masks/b.png"));
  await rejects(loadFolder(path), DatasetError, /images\/b\.png has no mask: expected .*masks\/b\.png/);
  await Deno.writeFile(join(path, "masks/b.png"), encodePng(grey(new Uint8Array(8), 4, 2)));
  await rejects(loadFolder(path), ImageError, /masks\/b\.png is 4 × 2, but its image is 4 × 3/);
  const whole = await Deno.readFile(join(path, "images/a.png"));
  await Deno.writeFile(join(path, "images/a.png"), whole.subarray(0, whole.length - 20));
  await rejects(loadFolder(path), ImageError, /images\/a\.png cannot be read/);
  await Deno.writeTextFile(join(path, "images/a.png"), "not an image");
  await rejects(loadFolder(path), ImageError, new RegExp(`images/a\\.png is not a ${FORMAT_LIST}`));
  if (Deno.uid() !== 0) {
    await Deno.chmod(join(path, "images"), 0);
    await rejects(loadFolder(path), DatasetError, /cannot be read/);
    await Deno.chmod(join(path, "images"), 0o755);
  }
});

Deno.test("openDataset() generates the demo data without a folder, and refuses an empty name", async () => {
  assert.equal((await openDataset()).samples.length, 48);
  await rejects(openDataset(""), DatasetError, /is an empty string: name the folder, or give undefined/);
});

Deno.test("decodeImage() keeps 16 bits, and refuses to read them as 8", async () => {
  const values = Uint16Array.of(0, 1, 4095, 65535);
  const png = encodePng(grey(values, 2, 2));
  const image = await decodeImage(png, "deep.png");
  assert.deepEqual([image.bits, [...image.data]], [16, [...values]]);
  await rejects(
    decodeImage(png, "deep.png", { bits: 8 }),
    ImageError,
    /deep\.png is a 16-bit image with values up to 65535, but 8 bits were required/,
  );
});

Deno.test("decodeImage() reads grey and colour PNG, TIFF at 8 and 16 bit, and JPEG", async () => {
  const rgba = Uint8Array.of(5, 5, 5, 255, 9, 9, 9, 0);
  const greyish = await decodeImage(encodePng({ width: 2, height: 1, data: rgba, channels: 4, depth: 8 }), "rgba.png");
  assert.deepEqual([greyish.channels, [...greyish.data]], [1, [5, 9]]);
  const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const colour = await decodeImage(encodePng({ width: 2, height: 1, data: rgb, channels: 3, depth: 8 }), "rgb.png");
  assert.deepEqual([colour.channels, [...colour.data]], [3, [1, 2, 3, 4, 5, 6]]);
  for (const values of [Uint8Array.of(1, 2, 3, 250, 5, 6), Uint16Array.of(1, 2, 3, 40000, 5, 6)]) {
    const bits = 8 * values.BYTES_PER_ELEMENT;
    const tiff = await writeArrayBuffer(values, { width: 3, height: 2, BitsPerSample: [bits] } as never);
    const image = await decodeImage(new Uint8Array(tiff as ArrayBuffer), "image.tif");
    assert.deepEqual([image.width, image.height, image.bits, [...image.data]], [3, 2, bits, [...values]]);
  }
  const flat = new Uint8Array(16 * 16 * 4).fill(128);
  const photo = await decodeImage(jpeg.encode({ width: 16, height: 16, data: flat }, 95).data, "photo.jpg");
  assert.deepEqual([photo.width, photo.channels], [16, 1]);
  assert.ok(photo.data.every((value) => Math.abs(value - 128) <= 2));
});

Deno.test("decodeImage() refuses an image that is too large by its header alone", async () => {
  const png = encodePng(grey(new Uint8Array(4), 2, 2));
  const view = new DataView(png.buffer, png.byteOffset);
  view.setUint32(16, 100_000_000);
  view.setUint32(29, crc32(png.subarray(12, 29)));
  await rejects(
    decodeImage(png, "huge.png"),
    ImageError,
    /huge\.png cannot be read: 100000000 × 2 pixels are more than/,
  );
  await rejects(
    decodeImage(encodePng(grey(new Uint8Array(4), 2, 2)), "a.png", { maxPixels: 3 }),
    ImageError,
    /2 × 2 pixels are more than 3/,
  );
});

Deno.test("readGroups() wants every id once and no other", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "groups.tsv");
  const read = async (text: string) => {
    await Deno.writeTextFile(path, text);
    return await readGroups(path, ["a", "b"], "mine");
  };
  assert.deepEqual(await read("id\tmosaic_group\na\tx\nb\tx\n"), new Map([["a", "x"], ["b", "x"]]));
  assert.deepEqual(
    await read("id\tset\tmosaic_group\na\tmine\tx\nz\tother\tx\nb\tmine\ty\n"),
    new Map([["a", "x"], ["b", "y"]]),
  );
  await rejects(read("id\tmosaic_group\na\tx\nb\tx\nc\tx\n"), DatasetError, /names "c", which is not in mine/);
  await rejects(read("id\tmosaic_group\na\tx\n"), DatasetError, /does not name "b"/);
  await rejects(read("id\tmosaic_group\na\tx\na\ty\nb\tx\n"), DatasetError, /"a" twice/);
  await rejects(read("id\tfield\na\tx\n"), DatasetError, /needs the columns "id" and "group", not "id, field"/);
  await rejects(
    readGroups(join(folder.path, "none.tsv"), [], ""),
    DatasetError,
    /There is no file .*none\.tsv: check the path/,
  );
});

async function tinyDataset(groups: string[]): Promise<Dataset> {
  const { samples } = await generateDataset({ count: groups.length, size: 32, seed: 4 });
  return await makeDataset("tiny", samples.map((sample, i) => ({ ...sample, group: groups[i] })));
}

Deno.test("BatchSource draws the same crops again, and others in the next epoch", async () => {
  const dataset = await tinyDataset(["a", "b", "c", "d", "e"]);
  const options = {
    batchSize: 2,
    cropSize: 16,
    channels: 3,
    normalization: "percentile",
    augmentations: ["symmetries"],
    seed: 1,
  } satisfies BatchOptions;
  const source = () => new BatchSource(dataset, [0, 1, 2, 3, 4], options);
  assert.equal(source().length, 2);
  const first = source().get(0, 1);
  source().get(3, 0);
  assert.deepEqual(first, source().get(0, 1));
  assert.notDeepEqual(first.images, source().get(1, 1).images);
  const ids = [...source().get(0, 0).ids, ...first.ids];
  assert.equal(new Set(ids).size, 4);
  assert.throws(
    () => new BatchSource(dataset, [0, 1], { ...options, batchSize: 3 }),
    /batch of 3 is larger than the 2 training images/,
  );
  const empty = makeDataset("empty", []);
  await rejects(empty, DatasetError, /empty contains no labelled images/);
});

Deno.test("BatchSource looks for empty fields only where the normalisation heeds them", async () => {
  const dataset = await tinyDataset(["a", "b"]);
  const learnt = (normalization: BatchOptions["normalization"]) =>
    new BatchSource(dataset, [0, 1], {
      batchSize: 2,
      cropSize: 16,
      channels: 3,
      normalization,
      augmentations: [],
      seed: 1,
    }).contrastFloor;
  assert.ok(learnt("robust")!.structure > 0);
  for (const other of ["percentile", "zscore", "depth"] as const) assert.equal(learnt(other), undefined);
});

Deno.test("once() does its work once, though it gives nothing", () => {
  let calls = 0;
  const nothing = once(() => void calls++);
  assert.deepEqual([calls, nothing(), nothing(), calls], [0, undefined, undefined, 1]);
});

Deno.test("image and mask are cropped, turned and mirrored together", async () => {
  const { samples } = await generateDataset({ count: 4, size: 48, seed: 2 });
  // The image is its own mask: wherever they differ after augmentation, they came apart.
  const twins = samples.map((sample) => {
    const data = Uint8Array.from(sample.labels.data, (label) => label > 0 ? 255 : 0);
    return { ...sample, image: { ...sample.image, data } };
  });
  const dataset = await makeDataset("twins", twins);
  const source = new BatchSource(dataset, [0, 1, 2, 3], {
    batchSize: 4,
    cropSize: 32,
    channels: 1,
    normalization: "depth",
    augmentations: ["symmetries"],
    seed: 9,
  });
  for (let epoch = 0; epoch < 6; epoch++) {
    const { images, masks } = source.get(epoch, 0);
    assert.deepEqual(images, masks);
  }
});

Deno.test("copyCrop() gives the eight symmetries, and mirrors beyond the edge", () => {
  const source = [1, 2, 3, 4];
  const seen = new Set<string>();
  for (let turns = 0; turns < 4; turns++) {
    for (const mirror of [false, true]) {
      const target = new Float32Array(4);
      copyCrop(source, [2, 2, 1], { top: 0, left: 0, turns, mirror }, 2, target, 0, 1);
      seen.add(target.join());
    }
  }
  assert.equal(seen.size, 8);
  const wide = new Float32Array(16);
  copyCrop(source, [2, 2, 1], { top: -1, left: -1, turns: 0, mirror: false }, 4, wide, 0, 1);
  assert.deepEqual([...wide], [4, 3, 4, 3, 2, 1, 2, 1, 4, 3, 4, 3, 2, 1, 2, 1]);
});

Deno.test("normalizeImage() brings percentiles, moments or depth to a common scale", () => {
  const data = Uint16Array.from({ length: 1000 }, (_, i) => 100 + i);
  const image = { width: 100, height: 10, channels: 1, bits: 16, data } as const;
  const percentile = normalizeImage({ ...image }, "percentile");
  assert.ok(Math.abs(percentile[9]) < 1e-6 && Math.abs(percentile[997] - 1) < 2e-3);
  const z = normalizeImage({ ...image }, "zscore");
  assert.ok(Math.abs(z.reduce((a, b) => a + b)) < 1e-2);
  assert.ok(Math.abs(normalizeImage({ ...image }, "depth")[0] - 100 / 65535) < 1e-7);
  const flat = normalizeImage({ ...image, data: new Uint16Array(1000).fill(7) }, "percentile");
  assert.ok(flat.every((value) => value === 0));
});

const real = new URL("../../../shared/data/", import.meta.url);
const realFolder = real.pathname + "dsb2018_fluo";
let realIsThere = true;
try {
  Deno.statSync(realFolder);
} catch {
  realIsThere = false;
  console.log(`Skipped: real images, which are not at ${realFolder}`);
}

Deno.test({
  name: "loadFolder() reads 309 real images with their mosaic groups",
  ignore: !realIsThere,
  async fn() {
    const { samples } = await loadFolder(realFolder, { groups: real.pathname + "dsb2018_groups.tsv" });
    assert.equal(samples.length, 309);
    assert.equal(new Set(samples.map(({ group }) => group)).size, 121);
    assert.ok(samples.every(({ image }) => image.channels === 1));
  },
});
