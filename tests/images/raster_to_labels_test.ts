import assert from "node:assert/strict";
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

Deno.test("values of classes are kept, also those of one bit", () => {
  const large = Uint32Array.of(0, 70_000, 9);
  assert.deepEqual(rasterToLabels(raster(large), { keepValues: true }).data, large);
  const bits = { ...raster(large), bits: 1, data: Uint8Array.of(0, 1, 1) };
  assert.deepEqual(rasterToLabels(bits, { keepValues: true }).data, Uint16Array.of(0, 1, 1));
  assert.deepEqual(rasterToLabels(bits).data, Uint16Array.of(0, 255, 255));
  const huge = { ...raster(large), data: Float64Array.of(0, 2 ** 32, 1) };
  assert.throws(
    () => rasterToLabels(huge, { keepValues: true }),
    /numbers up to 4294967295, but this one contains 4294967296/,
  );
});
