import assert from "node:assert/strict";
import { decodeImage, imageSource } from "lib/images";
import { tiffSource } from "lib/images/source/tiff_source.ts";
import { BlockCache } from "lib/images/formats/tiff/block_cache.ts";
import type { ByteSource } from "lib/io/byte_source.ts";
import { writeTiff } from "./write_tiff.ts";

/** Bytes that count how many of them were read. */
class CountedBytes implements ByteSource {
  read = 0;
  constructor(readonly bytes: Uint8Array) {}
  get length() {
    return this.bytes.length;
  }
  subarray(begin: number, end: number): Uint8Array {
    const part = this.bytes.subarray(begin, end);
    this.read += part.length;
    return part;
  }
}

const random = (count: number) => {
  let state = 1;
  return Uint8Array.from({ length: count }, () => (state = Math.imul(state, 48271) >>> 0) >>> 24);
};

Deno.test("the pages of a file share the memory for decoded blocks", async () => {
  const file = new Uint8Array(0), cache = BlockCache.for(file), block = 1 << 26;
  assert.equal(BlockCache.for(file), cache);
  for (let plane = 0; plane < 8; plane++) {
    await cache.get(`${plane} 0`, () => Promise.resolve(new Uint8Array(block)));
    assert.equal(cache.bytes, Math.min(plane + 1, 4) * block);
  }
  const decode = () => Promise.reject(new Error("decoded again"));
  assert.equal((await cache.get("7 0", decode)).length, block);
  await assert.rejects(cache.get("0 0", decode), /decoded again/);
});

Deno.test("a block that is larger than the memory for blocks is kept until the next one", async () => {
  const cache = new BlockCache(), large = { byteLength: 1 << 29 } as Uint8Array;
  assert.equal(await cache.get("0 0", () => Promise.resolve(large)), large);
  assert.equal(cache.bytes, 1 << 29);
  await cache.get("0 1", () => Promise.resolve(new Uint8Array(10)));
  assert.equal(cache.bytes, 10);
});

Deno.test("the strips of a row of tiles are decoded once", async () => {
  const width = 400, height = 90, data = random(width * height);
  const bytes = new CountedBytes(writeTiff([{ width, height, data, deflate: true }]));
  using source = await tiffSource(bytes, "a.tif");
  await source.read({ x: 0, y: 0, width: 50, height });
  const { read } = bytes;
  for (let x = 50; x < width; x += 50) await source.read({ x, y: 0, width: 50, height });
  assert.ok(bytes.read - read < 8 * 8192 + 1, `${bytes.read - read}`);
});

Deno.test("only the planes of the chosen channels are read", async () => {
  const width = 120, height = 100, channels = 12, size = width * height, data = random(channels * size);
  const description = `ImageJ=1.54f\nimages=${channels}\nchannels=${channels}\n`;
  const file = writeTiff(Array.from({ length: channels }, (_, c) => ({
    width,
    height,
    data: data.subarray(c * size, (c + 1) * size),
    tile: 32,
    deflate: true,
    ...(c === 0 && { description }),
  })));
  for (const chosen of [[3], [12, 2, 2], [5, 1, 9]]) {
    const bytes = new CountedBytes(file), whole = await decodeImage(file, "a.tif", { channels: chosen });
    using source = await tiffSource(bytes, "a.tif", { channels: chosen });
    const before = bytes.read, part = { x: 7, y: 30, width: 100, height: 60 };
    assert.deepEqual(await source.read(part), await imageSource(whole).read(part));
    assert.ok(bytes.read - before < 3 * 1.1 * size + 8192, `${bytes.read - before}`);
    assert.equal(source.channels, chosen.length);
  }
  await assert.rejects(tiffSource(file, "a.tif", { channels: [13] }), /it has the channels 1, .*, not channel 13/);
});

Deno.test("bands are sized by the channels that are decoded for a pixel", async () => {
  const width = 64, height = 8, file = writeTiff([{ width, height, data: random(width * height * 8) }]);
  using one = await tiffSource(file, "a.tif", { channels: [1] });
  using grey = await tiffSource(writeTiff([{ width, height, data: random(width * height) }]), "b.tif");
  assert.equal(one.bandRows, grey.bandRows / 8);
});
