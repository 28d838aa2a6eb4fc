import assert from "node:assert/strict";
import { generateDataset, type Image } from "lib";
import { type ImageSource, imageSource, measureContrast, NORMALIZATIONS, normalizeImage } from "lib/images";
import { hotPixels, removeHotPixels } from "lib/images/hot_pixels.ts";
import { modalityStatistics } from "lib/images/modality.ts";
import { normalizeSource } from "lib/images/source/normalize_source.ts";
import { SourceStatistics } from "lib/images/source/source_statistics.ts";
import { Random } from "lib/math/random.ts";

/** Images of all depths, grey and coloured, with hot pixels, at sizes that bands do not divide. */
async function images(): Promise<[name: string, image: Image][]> {
  const { samples: [{ image: cells }] } = await generateDataset({ count: 1, size: 96, modality: "fluorescence" });
  const random = new Random(3), found: [string, Image][] = [["cells", cells]];
  for (const bits of [8, 16, 32] as const) {
    for (const channels of [1, 3] as const) {
      const width = 61, height = 47, top = bits === 8 ? 200 : bits === 16 ? 3000 : 2;
      const data = new { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits](width * height * channels);
      for (let i = 0; i < data.length; i++) {
        const x = Math.floor(i / channels) % width, y = Math.floor(i / channels / width);
        const cell = Math.hypot(x % 20 - 10, y % 20 - 10) < 6 ? 0.5 : 0.1;
        data[i] = top * (cell + 0.05 * random.next()) - (bits === 32 ? 0.3 : 0);
      }
      found.push([`${bits} bits, ${channels} channels`, { width, height, channels, bits, data }]);
      const hot = data.slice();
      // At the edge of a band, at a corner, and two together.
      for (const pixel of [0, 7 * width + 3, 8 * width + 30, 8 * width + 31]) {
        hot[pixel * channels] = bits === 8 ? 255 : 20 * top;
      }
      found.push([`${bits} bits, ${channels} channels, hot`, { width, height, channels, bits, data: hot }]);
    }
  }
  found.push(["constant", { width: 30, height: 20, channels: 1, bits: 8, data: new Uint8Array(600).fill(9) }]);
  found.push(["narrow", {
    width: 3,
    height: 20,
    channels: 1,
    bits: 8,
    data: Uint8Array.from({ length: 60 }, (_, i) => i),
  }]);
  return found;
}

/** A source that is read in bands of seven rows. */
const inBands = (image: Image): ImageSource => ({ ...imageSource(image), bandRows: 7 });

const all = await images();
const whole = ({ width, height }: Image) => ({ x: 0, y: 0, width, height });

Deno.test("an image read in bands has the hot pixels, the contrast and the modality of the whole", async () => {
  assert.ok(all.some(([, image]) => hotPixels(image).length > 2));
  for (const [name, image] of all) {
    const statistics = SourceStatistics.for(inBands(image));
    const clean = await (await statistics.withoutHotPixels()).read(whole(image));
    assert.deepEqual(clean.data, removeHotPixels(image).data, name);
    assert.deepEqual(await statistics.contrast(), measureContrast(image), name);
    assert.deepEqual(await statistics.modality(), modalityStatistics(image), name);
  }
});

Deno.test("parts of an image are normalised as those of the whole, by every method", async () => {
  const floors = [undefined, { structure: 400, range: 100, medianRange: 120 }];
  for (const [name, image] of all) {
    for (const method of NORMALIZATIONS) {
      for (const floor of floors) {
        for (const ends of [undefined, [0.05, 0.9]] as const) {
          const expected = normalizeImage(image, method, floor, ends);
          const normalize = await normalizeSource(inBands(image), method, floor, ends);
          assert.deepEqual(await normalize(whole(image)), expected, `${name}, ${method}`);
          const part = { x: 1, y: 5, width: image.width - 1, height: 9 }, normalized = await normalize(part);
          const row = image.width * image.channels, start = 5 * row + image.channels;
          assert.deepEqual(
            normalized.slice(0, row - image.channels),
            expected.slice(start, start + row - image.channels),
          );
        }
      }
    }
  }
});
