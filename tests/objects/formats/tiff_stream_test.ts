import assert from "node:assert/strict";
import { decodeImage, readImageHeader } from "lib/images";
import { encodeLabelTiff, encodeProbabilityTiff, TiffStream, type TiffStreamOptions } from "lib/objects";
import { StoredArchive } from "lib/objects/formats/roi/stored_archive.ts";
import { unzipSync } from "fflate";

type Layout = ConstructorParameters<typeof TiffStream>[0];

/** Writes a TIFF to memory. */
function write(
  layout: Layout,
  fill: (stream: TiffStream) => void,
  [pages, channels, range]: readonly [number, readonly string[], readonly [number, number]],
  options: TiffStreamOptions = {},
): Uint8Array {
  const parts: Uint8Array[] = [],
    stream = new TiffStream(layout, { write: (bytes) => void parts.push(bytes.slice()) }, options);
  fill(stream);
  const header = stream.finish({ pages, axis: "z", channels }, { pixelSize: 0.5, range });
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  file.set(header);
  return file;
}

const width = 300, height = 700;
const labels = [1, 2].map((k) => Uint16Array.from({ length: width * height }, (_, i) => (k * i) % 977));

/** Compares two TIFFs page by page, and returns the number of pages. */
async function compare(found: Uint8Array, expected: Uint8Array, channels?: readonly number[]): Promise<number> {
  const { pages } = await readImageHeader(expected, "expected");
  assert.deepEqual(await readImageHeader(found, "found"), await readImageHeader(expected, "expected"));
  for (let page = 0; page < pages; page++) {
    const [a, b] = await Promise.all([found, expected].map((file) => decodeImage(file, "file", { page, channels })));
    assert.equal(a.data.findIndex((value, i) => value !== b.data[i]), -1);
    assert.deepEqual([a.bits, a.pixelSize], [b.bits, b.pixelSize]);
  }
  return pages;
}

Deno.test("a TIFF written row by row reads as one written at once, BigTIFF or not", async () => {
  const expected = encodeLabelTiff(labels.map((data) => ({ width, height, data })), { pixelSize: 0.5 });
  for (const largest of [undefined, 1000]) {
    const found = write(
      { width, height, samples: "uint16" },
      (stream) => {
        labels.forEach((data, page) => {
          for (let y = 0; y < height; y += 90) stream.add(data.subarray(y * width, (y + 90) * width), page);
        });
      },
      [2, [""], [0, 976]],
      { largest },
    );
    assert.equal(found[2], largest ? 43 : 42);
    assert.equal(await compare(found, expected), 2);
  }
});

Deno.test("planes of interleaved channels are written side by side", async () => {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => (i % 1009) / 1009),
    classes = ["a", "b", "c"];
  const expected = encodeProbabilityTiff([{ width, height, data }], { pixelSize: 0.5, classes });
  const found = write({ width, height, samples: "float32" }, (stream) => {
    for (let y = 0; y < height; y += 100) {
      for (let c = 0; c < 3; c++) stream.add(data.subarray(3 * y * width, 3 * (y + 100) * width), c, [c, 3]);
    }
  }, [1, classes, [0, 1]]);
  await compare(found, expected, [2]);
});

Deno.test("a TIFF with a row too few is an error", () => {
  const short = (stream: TiffStream) => stream.add(new Uint8Array(width));
  assert.throws(
    () => write({ width, height, samples: "uint8" }, short, [1, [""], [0, 255]]),
    /plane 1 is not complete/,
  );
});

Deno.test("an archive written entry by entry has all entries, beyond 65,535 too", () => {
  for (const count of [2, 65_600]) {
    const parts: Uint8Array[] = [], archive = new StoredArchive((bytes) => void parts.push(bytes));
    for (let i = 0; i < count; i++) archive.add(`${i}.roi`, Uint8Array.of(i % 256, 7));
    archive.finish();
    const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      file.set(part, at);
      at += part.length;
    }
    const entries = unzipSync(file);
    assert.equal(Object.keys(entries).length, count);
    assert.deepEqual(entries[`${count - 1}.roi`], Uint8Array.of((count - 1) % 256, 7));
  }
});
