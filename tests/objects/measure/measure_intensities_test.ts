import assert from "node:assert/strict";
import { measureObjects, objectColumn } from "lib/objects";
import { addIntensities } from "lib/objects/measure/measure_intensities.ts";

const [width, height, channels] = [9, 7, 5], bits = 16;
const labels = { width, height, data: Uint16Array.from({ length: width * height }, (_, i) => (i * i) % 4) };
const image = {
  width,
  height,
  channels,
  bits,
  data: Uint16Array.from({ length: width * height * channels }, (_, i) => (i * i * 31) % 4099),
} as const;

/** The channels of the image from `first` on. */
function part(first: number, count: number) {
  const data = image.data.filter((_, i) => i % channels >= first && i % channels < first + count);
  return { width, height, channels: count, bits, data } as const;
}

Deno.test("each channel of an image is measured, in columns with its number", () => {
  const table = measureObjects(labels, image);
  for (let channel = 0; channel < channels; channel++) {
    const alone = measureObjects(labels, part(channel, 1));
    for (const measure of ["min", "mean", "max", "std", "median"]) {
      const name = `intensity_${measure}`;
      assert.deepEqual(objectColumn(table, `${name}-${channel}`), objectColumn(alone, name));
    }
  }
});

Deno.test("channels that are measured one after the other give the columns of all together", async () => {
  async function* parts() {
    for (const [first, count] of [[0, 3], [3, 1], [4, 1]]) yield await Promise.resolve(part(first, count));
  }
  const table = await addIntensities(measureObjects(labels), labels, parts(), channels),
    whole = measureObjects(labels, image);
  assert.deepEqual([...table.columns], [...whole.columns]);
});
