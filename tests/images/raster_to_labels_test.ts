import assert from "node:assert/strict";
import { rasterToColours } from "lib/images/raster_to_colours.ts";
import { rasterToLabels } from "lib/images/raster_to_labels.ts";

const raster = (data: Uint32Array) => ({
  width: data.length,
  height: 1,
  channels: 1,
  alpha: false,
  colour: "grey" as const,
  bits: 32,
  orientation: 1 as const,
  data,
});

Deno.test("numbers beyond 65,535 are replaced; more objects than that have 32 bits", () => {
  const few = rasterToLabels(raster(Uint32Array.of(0, 70_000, 9, 70_000))).data;
  assert.deepEqual(few, Uint16Array.of(0, 1, 2, 1));
  const many = rasterToLabels(raster(Uint32Array.from({ length: 70_001 }, (_, i) => 2 * i))).data;
  assert.ok(many instanceof Uint32Array);
  assert.deepEqual([many[0], many[1], many[70_000]], [0, 1, 70_000]);
});

Deno.test("values of classes are kept, and those of one bit are 0 and 255", () => {
  const large = Uint32Array.of(0, 70_000, 9);
  assert.deepEqual(rasterToLabels(raster(large), { keepValues: true }).data, large);
  const bits = { ...raster(large), bits: 1, data: Uint8Array.of(0, 1, 1) };
  for (const keepValues of [true, false]) {
    assert.deepEqual(rasterToLabels(bits, { keepValues }).data, Uint16Array.of(0, 255, 255));
  }
  const huge = { ...raster(large), data: Float64Array.of(0, 2 ** 32, 1) };
  assert.throws(
    () => rasterToLabels(huge, { keepValues: true }),
    /numbers up to 4294967295, but this one contains 4294967296/,
  );
});

/** A picture of three pixels with a palette of greys or colours. */
const withPalette = (palette: number[][], ...indices: number[]) => ({
  ...raster(new Uint32Array(3)),
  bits: 8,
  colour: "palette" as const,
  data: Uint8Array.from(indices),
  palette: Uint8Array.from(palette.flat()),
});
const grey = (value: number) => [value, value, value];

Deno.test("a mask with a palette of greys has these greys, whatever their indices", () => {
  // As a program that reduces 0 and 255 to a palette may write them, with white first.
  const inverted = withPalette([grey(255), grey(0)], 1, 0, 1);
  const permuted = withPalette([grey(2), grey(0), grey(1)], 0, 1, 2);
  for (const keepValues of [true, false]) {
    assert.deepEqual(rasterToLabels(inverted, { keepValues }).data, Uint16Array.of(0, 255, 0));
    assert.deepEqual(rasterToLabels(permuted, { keepValues }).data, Uint16Array.of(2, 0, 1));
  }
  const bit = { ...inverted, bits: 1 };
  assert.deepEqual(rasterToLabels(bit).data, Uint16Array.of(0, 255, 0));
  const transparent = { ...inverted, channels: 2, alpha: true, data: Uint8Array.of(1, 9, 0, 9, 1, 9) };
  assert.deepEqual(rasterToLabels(transparent).data, Uint16Array.of(0, 255, 0));
});

Deno.test("indices stay where a palette has colours, or one grey for two of them", () => {
  // PASCAL VOC's class 7 is grey, but its palette has colours.
  const coloured = withPalette([grey(0), [128, 0, 0], grey(128)], 0, 2, 2);
  assert.deepEqual(rasterToLabels(coloured).data, Uint16Array.of(0, 2, 2));
  const merged = withPalette([grey(0), grey(255), grey(255)], 0, 1, 2);
  assert.deepEqual(rasterToLabels(merged).data, Uint16Array.of(0, 1, 2));
});

Deno.test("an index beyond the palette is damage in a mask too", () => {
  const beyond = withPalette([grey(0), [128, 0, 0]], 0, 1, 2);
  for (const read of [rasterToLabels, rasterToColours]) {
    assert.throws(() => read(beyond), {
      message: "its pixel in row 1, column 3 (counted from 1) has the index 2 in a palette of 2: the file is damaged",
    });
  }
});

Deno.test("white of one bit is the colour #ffffff", () => {
  const bits = { ...raster(new Uint32Array(3)), bits: 1, data: Uint8Array.of(0, 1, 0) };
  assert.deepEqual([...rasterToColours(bits).data], [...grey(0), ...grey(255), ...grey(0)]);
  const inverted = { ...bits, colour: "inverted" as const };
  assert.deepEqual([...rasterToColours(inverted).data], [...grey(255), ...grey(0), ...grey(255)]);
});
