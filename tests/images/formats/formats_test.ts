// @tags slow
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encode as encodeBmp } from "bmp-ts";
import { encode as encodePng } from "fast-png";
import { unzipSync } from "fflate";
import jpeg from "jpeg-js";
import { ImageError } from "lib";
import { decodeChannels, decodeImage, decodeLabels, readImageHeader } from "lib/images";
import { crc32 } from "lib/io/crc32.ts";
import { Random } from "lib/math/random.ts";
import { writeTiff } from "./tiff/write_tiff.ts";

const refuses = (promise: Promise<unknown>, message: RegExp) =>
  assert.rejects(promise, (error: Error) => {
    assert.ok(error instanceof ImageError, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });

Deno.test("a floating-point TIFF stays as it is; what is no number is named", async () => {
  const values = Float32Array.of(-1.5, 0, 0.25, 1e6, 3, 7);
  const image = await decodeImage(writeTiff([{ width: 3, height: 2, data: values }]), "float.tif");
  assert.deepEqual([image.bits, image.data], [32, values]);
  const doubles = await decodeImage(writeTiff([{ width: 2, height: 1, data: Float64Array.of(0.5, 2) }]), "double.tif");
  assert.deepEqual([...doubles.data], [0.5, 2]);
  const signed = await decodeImage(writeTiff([{ width: 2, height: 1, data: Int16Array.of(-5, 300) }]), "signed.tif");
  assert.deepEqual([signed.bits, ...signed.data], [32, -5, 300]);
  const broken = writeTiff([{ width: 2, height: 1, data: Float32Array.of(1, NaN) }]);
  await refuses(
    decodeImage(broken, "nan.tif"),
    /nan\.tif cannot be read: its value in row 1, column 2 \(counted from 1\) is NaN/,
  );
  const large = writeTiff([{ width: 1, height: 1, data: Uint32Array.of(16777217) }]);
  await refuses(
    decodeImage(large, "large.tif"),
    /its value 16777217 in row 1, column 1 \(counted from 1\) does not fit/,
  );
});

Deno.test("tiled, compressed and colour TIFFs give the same pixels as plain ones", async () => {
  const random = new Random(3);
  const data = Uint16Array.from({ length: 37 * 21 }, () => random.integer(65536));
  for (const tile of [undefined, 16]) {
    for (const deflate of [false, true]) {
      const image = await decodeImage(writeTiff([{ width: 37, height: 21, data, tile, deflate }]), "t.tif");
      assert.deepEqual([image.width, image.height, image.bits, image.data], [37, 21, 16, data]);
    }
  }
  const rgb = Uint8Array.from({ length: 5 * 4 * 3 }, (_, i) => i);
  const colour = await decodeImage(writeTiff([{ width: 5, height: 4, data: rgb, photometric: 2 }]), "rgb.tif");
  assert.deepEqual([colour.channels, colour.data], [3, rgb]);
  const planes = writeTiff([{ width: 5, height: 4, data: rgb }]);
  await refuses(
    decodeImage(planes, "p.tif"),
    /3 channels that are not red, green, blue: choose one to segment with --channels 1 to 3/,
  );
});

Deno.test("a TIFF's pages are counted without thumbnails, and read one by one", async () => {
  const page = (first: number) => ({ width: 2, height: 2, data: Uint8Array.of(first, 1, 2, 3) });
  const bytes = writeTiff([page(10), page(20), { width: 1, height: 1, data: Uint8Array.of(0), subfile: 1 }, page(30)]);
  assert.equal((await readImageHeader(bytes, "stack.tif")).pages, 3);
  const values = await Promise.all(
    [0, 1, 2].map(async (index) => (await decodeImage(bytes, "s.tif", { page: index })).data[0]),
  );
  assert.deepEqual(values, [10, 20, 30]);
  await refuses(
    decodeImage(bytes, "s.tif", { page: 3 }),
    /s\.tif has 3 pages, counted from 0, but page 3 was requested/,
  );
  const unlike = writeTiff([page(1), { width: 3, height: 1, data: Uint8Array.of(1, 2, 3) }]);
  await refuses(decodeImage(unlike, "u.tif"), /its page 2 is 3 × 1, but its first is 2 × 2/);
});

Deno.test("OME's and ImageJ's pixel sizes come in µm, and channels in pages are not taken for frames", async () => {
  const data = Uint8Array.of(1, 2, 3, 4);
  const describe = (description: string, pages = 1) =>
    writeTiff(Array.from({ length: pages }, (_, i) => ({ width: 2, height: 2, data, ...(i ? {} : { description }) })));
  const ome = (attributes: string) =>
    `<?xml version="1.0"?><OME><Image ID="Image:0"><Pixels ID="Pixels:0" SizeX="2" ${attributes}></Pixels></Image></OME>`;
  const readPixelSize = async (text: string) => (await readImageHeader(describe(text), "o.tif")).pixelSize;
  assert.equal(await readPixelSize(ome(`PhysicalSizeX="0.325" PhysicalSizeXUnit="µm"`)), 0.325);
  assert.equal(await readPixelSize(ome(`PhysicalSizeX="0.65"`)), 0.65);
  assert.equal(await readPixelSize(ome(`PhysicalSizeX="108" PhysicalSizeXUnit="nm"`)), 0.108);
  assert.equal(await readPixelSize("nothing of the kind"), undefined);
  const channels = describe(ome(`SizeC="3" SizeZ="1"`), 3);
  const { pages, channels: count } = await readImageHeader(channels, "c.tif");
  assert.deepEqual([pages, count], [1, 3]);
  await refuses(
    decodeImage(channels, "c.tif"),
    /c\.tif cannot be read: it has 3 channels that are not red, green, blue/,
  );
});

Deno.test("a header says whether the last channel is marked as transparency", async () => {
  const fixtures = unzipSync(await Deno.readFile(new URL("../../fixtures/images.zip", import.meta.url)));
  const pngs = [1, 2, 3, 4].map((channels) =>
    encodePng({ width: 1, height: 1, channels, depth: 8, data: new Uint8Array(channels) })
  );
  const tiffs = ["minisblack-2-u1-assocalpha-contig", "rgb-4-u1-assocalpha-contig", "rgb-5-u1-contig-le"].map((name) =>
    fixtures[`tiff/${name}.tif`]
  );
  const found = await Promise.all([...pngs, ...tiffs].map(async (bytes) => {
    const { channels, alpha = false } = await readImageHeader(bytes, "a");
    return [channels, alpha];
  }));
  assert.deepEqual(found, [[1, false], [2, true], [3, false], [4, true], [2, true], [4, true], [5, false]]);
});

Deno.test("BMP is read with 24 bits and with a palette", async () => {
  const rgba = Buffer.from([255, 10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255, 1, 2, 3]);
  const bytes = new Uint8Array(encodeBmp({ data: rgba, width: 2, height: 2, bitPP: 24 }).data);
  const image = await decodeImage(bytes, "c.bmp");
  // The encoder takes alpha, blue, green, red.
  assert.deepEqual([image.channels, [...image.data]], [3, [30, 20, 10, 60, 50, 40, 90, 80, 70, 3, 2, 1]]);
  // Two pixels of a palette of two greys, bottom row first, rows of four bytes.
  const palette = new Uint8Array(54 + 8 + 8);
  const view = new DataView(palette.buffer);
  palette.set([0x42, 0x4d]);
  view.setUint32(2, palette.length, true);
  view.setUint32(10, 62, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 2, true);
  view.setInt32(22, 2, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  view.setUint32(46, 2, true);
  palette.set([7, 7, 7, 0, 200, 200, 200, 0], 54);
  palette.set([0, 1, 0, 0, 1, 1, 0, 0], 62);
  const grey = await decodeImage(palette, "p.bmp");
  assert.deepEqual([grey.channels, [...grey.data]], [1, [200, 200, 7, 200]]);
  // Its objects are measured once, not in three equal channels; a mask has its greys.
  const measured = await decodeChannels(palette, "p.bmp");
  assert.deepEqual([measured.channels, [...measured.data]], [1, [200, 200, 7, 200]]);
  assert.deepEqual([...(await decodeLabels(palette, "p.bmp")).data], [200, 200, 7, 200]);
  const coloured = palette.slice();
  coloured[54] = 9;
  assert.equal((await decodeChannels(coloured, "p.bmp")).channels, 3);
  await refuses(
    decodeImage(palette.subarray(0, 66), "cut.bmp"),
    /cut\.bmp cannot be read: it ends after 66 of 68 bytes/,
  );
});

Deno.test("label masks keep 32-bit numbers, and refuse fractions and colours", async () => {
  const large = writeTiff([{ width: 2, height: 2, data: Uint32Array.of(0, 70000, 900000, 70000) }]);
  assert.deepEqual([...(await decodeLabels(large, "m.tif")).data], [0, 1, 2, 1]);
  const float = writeTiff([{ width: 2, height: 1, data: Float32Array.of(0, 4) }]);
  assert.deepEqual([...(await decodeLabels(float, "m.tif")).data], [0, 4]);
  const half = writeTiff([{ width: 2, height: 1, data: Float32Array.of(0, 0.5) }]);
  await refuses(
    decodeLabels(half, "half.tif"),
    /half\.tif cannot be read: a label mask must contain whole numbers.*0\.5/,
  );
  const colour = encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3), channels: 3, depth: 8 });
  await refuses(decodeLabels(colour, "c.png"), /c\.png cannot be read: it is coloured, not a label mask/);
});

Deno.test("limits are checked by the header, in every format", async () => {
  const photo = jpeg.encode({ width: 16, height: 8, data: new Uint8Array(16 * 8 * 4) }, 90).data;
  const bmp = new Uint8Array(encodeBmp({ data: Buffer.alloc(16 * 8 * 4), width: 16, height: 8, bitPP: 24 }).data);
  const tiff = writeTiff([{ width: 16, height: 8, data: new Uint8Array(128) }]);
  const png = encodePng({ width: 16, height: 8, data: new Uint8Array(128), channels: 1, depth: 8 });
  for (const [name, bytes] of Object.entries({ photo, bmp, tiff, png })) {
    const header = await readImageHeader(bytes, name);
    assert.deepEqual([header.width, header.height, header.pages], [16, 8, 1], name);
    await refuses(decodeImage(bytes, name, { maxPixels: 127 }), /16 × 8 pixels are more than 127/);
  }
  const stack = writeTiff(Array.from({ length: 4 }, () => ({ width: 4, height: 4, data: new Uint8Array(16) })));
  await refuses(
    decodeImage(stack, "stack", { maxPixels: 63 }),
    /4 pages of 4 × 4 pixels are more than 63: save its pages in several files, or read them one by one with openImage$/,
  );
  await refuses(decodeImage(stack, "stack", { maxPixels: 15 }), /4 pages of 4 × 4 .* than 15: cut it into tiles/);
});

Deno.test("of a PNG that would unpack to gigabytes only its pixels are unpacked", async () => {
  // One pixel by its header; 1 GiB of zeros by its data.
  const { deflateSync } = await import("node:zlib");
  const tiny = encodePng({ width: 1, height: 1, data: Uint8Array.of(0), channels: 1, depth: 8 });
  const bomb = new Uint8Array(deflateSync(new Uint8Array(2 ** 30), { level: 9 }));
  const chunk = new Uint8Array(12 + bomb.length);
  new DataView(chunk.buffer).setUint32(0, bomb.length);
  chunk.set(new TextEncoder().encode("IDAT"), 4);
  chunk.set(bomb, 8);
  new DataView(chunk.buffer).setUint32(8 + bomb.length, crc32(chunk.subarray(4, 8 + bomb.length)));
  const bytes = new Uint8Array([...tiny.subarray(0, 33), ...chunk, ...tiny.subarray(tiny.length - 12)]);
  const before = Deno.memoryUsage().rss;
  assert.deepEqual([...(await decodeImage(bytes, "bomb.png")).data], [0]);
  assert.ok(Deno.memoryUsage().rss - before < 2 ** 28);
});

Deno.test("500 damaged files give an error that names the file, or an image, and never a crash", async () => {
  const random = new Random(500);
  const smooth = Uint8Array.from({ length: 48 * 40 }, (_, i) => 128 + 100 * Math.sin(i / 9) * Math.cos(i / 480));
  const deep = Uint16Array.from(smooth, (value) => value * 257);
  const rgba = Uint8Array.from({ length: 48 * 40 * 4 }, (_, i) => i % 4 === 3 ? 255 : smooth[i >> 2]);
  const size = { width: 48, height: 40 };
  const sound: [string, Uint8Array][] = [
    ["grey.png", encodePng({ ...size, data: smooth, channels: 1, depth: 8 })],
    ["deep.png", encodePng({ ...size, data: deep, channels: 1, depth: 16 })],
    ["strip.tif", writeTiff([{ ...size, data: deep }])],
    ["tiles.tif", writeTiff([{ ...size, data: smooth, tile: 16, deflate: true }, { ...size, data: smooth }])],
    ["float.tif", writeTiff([{ ...size, data: Float32Array.from(smooth), deflate: true }])],
    ["photo.jpg", jpeg.encode({ ...size, data: rgba }, 85).data],
    ["plain.bmp", new Uint8Array(encodeBmp({ ...size, data: Buffer.from(rgba), bitPP: 24 }).data)],
  ];
  for (const [name, bytes] of sound) assert.equal((await decodeImage(bytes, name)).width, 48, name);
  let refused = 0, slowest = 0;
  for (let i = 0; i < 500; i++) {
    const [name, bytes] = sound[i % sound.length];
    let damaged = bytes.slice();
    const kind = ["cut", "flipped", "header"][random.integer(3)];
    if (kind === "cut") damaged = damaged.subarray(0, random.integer(damaged.length));
    else if (kind === "flipped") {
      const early = random.next() < 0.5 ? Math.min(200, damaged.length) : damaged.length;
      for (let k = 0; k <= random.integer(12); k++) damaged[random.integer(early)] ^= 1 << random.integer(8);
    } else damaged.set(sound[random.integer(sound.length)][1].subarray(0, 4 + random.integer(60)));
    const file = `${i}-${kind}-${name}`;
    const start = performance.now();
    for (const decode of [decodeImage, decodeLabels]) {
      try {
        const image = await decode(damaged, file, { maxPixels: 1e6 });
        assert.ok(image.data.length >= image.width * image.height);
      } catch (error) {
        assert.ok(error instanceof ImageError, `${file}: ${(error as Error).stack}`);
        assert.ok(error.message.startsWith(file), error.message);
        refused++;
      }
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  assert.ok(refused > 500, `${refused} of 1,000 attempts were refused`);
  assert.ok(slowest < 20_000, `one file took ${slowest} ms`);
});
