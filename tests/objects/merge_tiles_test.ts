import assert from "node:assert/strict";
import { compareObjects, connectedComponents } from "lib/evaluate";
import { instancesFromForeground, type LabelTile, mergeTiles, TileMerger } from "lib/objects";
import { crop, type Rectangle } from "lib/objects/tile_rectangles.ts";
import { drawBlobs } from "./blobs.ts";

/** Cuts an image into tiles of a side that overlap by so many pixels. */
function cut(width: number, height: number, side: number, overlap: number): Rectangle[] {
  const starts = (length: number) => {
    const out = [0];
    while (out.at(-1)! + side < length) out.push(out.at(-1)! + side - overlap);
    return out;
  };
  return starts(height).flatMap((y) =>
    starts(width).map((x) => ({ x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) }))
  );
}

Deno.test("tiles that overlap by a pixel give the components of the whole image, number by number", () => {
  let state = 11;
  const next = () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32;
  for (
    const [width, height, side, overlap, share] of [[61, 47, 16, 1, 0.35], [40, 90, 13, 4, 0.5], [30, 9, 64, 1, 0.4]]
  ) {
    const mask = Uint8Array.from({ length: width * height }, () => Number(next() < share));
    const whole = connectedComponents(mask, width, height);
    const tiles: LabelTile[] = cut(width, height, side, overlap).map((tile) => ({
      ...tile,
      labels: connectedComponents(crop(mask, { x: 0, y: 0, width, height }, tile), tile.width, tile.height).labels,
    }));
    for (const given of [tiles, tiles.toReversed()]) {
      const merged = mergeTiles(given, { width, height });
      assert.equal(merged.count, whole.areas.length);
      assert.deepEqual([...merged.labels.data], [...whole.labels]);
    }
  }
});

Deno.test("with enough overlap the watershed finds the objects of the whole image in tiles", () => {
  const { foreground, width, height } = drawBlobs(300, 260, 70, 3);
  const whole = instancesFromForeground(foreground, { width, height });
  const numbers = { x: 0, y: 0, width, height }, mask = Uint8Array.from(foreground);
  const tiles = cut(width, height, 150, 80).map((tile) => ({
    ...tile,
    labels: instancesFromForeground(crop(mask, numbers, tile), tile).labels.data,
  }));
  const merged = mergeTiles(tiles, { width, height }, "overlap");
  assert.equal(merged.count, whole.count);
  const { counts } = compareObjects(whole.labels.data, merged.labels.data, [0.9]);
  assert.equal(counts[0].truePositive, whole.count);
  // Shared pixels alone would join neighbours that the tiles divide by a pixel differently.
  assert.ok(mergeTiles(tiles, { width, height }, "touch").count <= merged.count);
});

Deno.test("an object that only a corner of a tile sees is joined", () => {
  const row = (start: number, labels: number[]) => ({ x: start, y: 0, width: labels.length, height: 1, labels });
  const merged = mergeTiles([row(0, [0, 0, 1]), row(2, [3, 3, 3]), row(4, [1, 0, 2])], { width: 7, height: 1 });
  assert.deepEqual([...merged.labels.data], [0, 0, 1, 1, 1, 0, 2]);
});

Deno.test("tiles outside the image, missing, twice or of another size are refused", () => {
  const size = { width: 4, height: 1 }, tile = { x: 0, y: 0, width: 4, height: 1 };
  assert.throws(() => new TileMerger([{ ...tile, x: 1 }], size), /The tile of 4 × 1 pixels at 1, 0 is outside/);
  const merger = new TileMerger([tile], size);
  assert.throws(() => merger.finish(), /Tile 0 was not added/);
  assert.throws(() => merger.add(0, [1]), /label image of tile 0 has 1 values: give 4 × 1/);
  merger.add(0, [1, 0, 0, 0]);
  assert.throws(() => merger.add(0, [1, 0, 0, 0]), /Tile 0 was added before/);
});
