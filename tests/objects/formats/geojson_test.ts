import assert from "node:assert/strict";
import { encodeGeoJson, traceOutlines } from "lib/objects";

const read = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

Deno.test("outlines of a pyramid's level are written in pixels of the full size", () => {
  const outlines = traceOutlines({ width: 3, height: 3, data: Uint16Array.of(7, 7, 7, 7, 0, 7, 7, 7, 7) });
  const rings = (scale?: readonly [number, number]) =>
    read(encodeGeoJson([outlines], { scale })).features[0].geometry.coordinates;
  const [outer, hole]: [number, number][][] = rings([4, 2]);
  assert.deepEqual([outer, hole], rings().map((ring: [number, number][]) => ring.map(([x, y]) => [2 * x, 4 * y])));
  assert.deepEqual([Math.max(...outer.map(([x]) => x)), Math.max(...outer.map(([, y]) => y))], [6, 12]);
});
