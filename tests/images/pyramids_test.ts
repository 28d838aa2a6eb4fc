import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ImageError } from "lib";
import { decodeImage, readImage, readImageHeader } from "lib/images";
import { pixelSides } from "lib/images/pixel_size.ts";
import { tiffSource } from "lib/images/source/tiff_source.ts";

const folder = new URL("../fixtures/", import.meta.url);
const { script, cases }: {
  script: string;
  cases: {
    name: string;
    pages: number;
    levels: { width: number; height: number; channels: number }[];
    sha256: string[][];
    sizes: ([number, number] | null)[];
    tiff: string;
  }[];
} = JSON.parse(await Deno.readTextFile(new URL("pyramids.json", folder)));

const sha256 = (data: ArrayBufferView) =>
  createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");

Deno.test("the fixtures of pyramids come from their script", () => {
  const text = Deno.readTextFileSync(new URL("make_pyramid_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(text).digest("hex"), "run make_pyramid_fixtures.py again");
});

for (const { name, pages, levels, sha256: digests, sizes, tiff } of cases) {
  const bytes = Uint8Array.fromBase64(tiff);
  Deno.test(`each level is read, with its size of a pixel: ${name}`, async () => {
    for (const [level, { width, height, channels }] of levels.entries()) {
      const header = await readImageHeader(bytes, "a.tif", { level });
      assert.deepEqual([header.width, header.height, header.pages], [width, height, pages]);
      for (let page = 0; page < pages; page++) {
        const image = await decodeImage(bytes, "a.tif", { level, page });
        assert.deepEqual([image.width, image.height, image.channels], [width, height, channels]);
        assert.equal(sha256(image.data), digests[page][level]);
        const source = await tiffSource(bytes, "a.tif", { level, page });
        assert.deepEqual((await source.read({ x: 0, y: 0, width, height })).data, image.data);
        const size = sizes[level];
        for (const found of [image.pixelSize, source.pixelSize]) {
          assert.deepEqual(found === undefined ? null : pixelSides(found), size);
        }
      }
    }
  });

  Deno.test(`a level that is missing is refused with those that there are: ${name}`, async () => {
    const count = levels.length, names = levels.map(({ width, height }, i) => `${i} (${width} × ${height})`);
    await assert.rejects(decodeImage(bytes, "a.tif", { level: count }), (error) => {
      assert.ok(error instanceof ImageError);
      assert.equal(
        error.message,
        `a.tif cannot be read: it has the levels ${names.join(", ")}, but level ${count} was chosen`,
      );
      return true;
    });
  });
}

Deno.test("an image without a pyramid has one level", async () => {
  const bytes = await Deno.readFile(new URL("../../docs/unet-predictions.png", import.meta.url));
  await decodeImage(bytes, "a.png", { level: 0 });
  await assert.rejects(
    decodeImage(bytes, "a.png", { level: 2 }),
    /^ImageError: a\.png cannot be read: it is no TIFF and has only the level 0, but level 2 was chosen$/,
  );
});

Deno.test("readImage() reads a level of a file that is larger than may be in memory", async () => {
  const path = await Deno.makeTempFile({ suffix: ".svs" });
  const bytes = Uint8Array.fromBase64(cases.find(({ name }) => name.includes("Aperio"))!.tiff);
  await Deno.writeFile(path, bytes);
  const small = { maxBytes: 100 };
  assert.deepEqual(await readImage(path, { ...small, level: 1 }), await readImage(path, { level: 1 }));
  await assert.rejects(readImage(path, { ...small }), /bytes, more than 100: /);
  await assert.rejects(
    readImage(path, { ...small, level: 1, maxPixels: 10 }),
    /has 24 × 32 pixels at level 1, more than 10: choose a smaller level$/,
  );
  await assert.rejects(
    readImage(path, { ...small, level: 1, bits: 16 }),
    /is a 8-bit image, but 16 bits were required/,
  );
  await Deno.remove(path);
});
