import assert from "node:assert/strict";
import { networkSize, planTiles, tilePlan } from "lib/nn/inference/plan_tiles.ts";

/** Returns how often the network sees a pixel of an image, on average. */
function views(width: number, height: number): number {
  const image = { width, height }, plan = tilePlan(image);
  const seen = planTiles(image, plan).map((tile) => networkSize(tile, image, plan));
  return seen.reduce((sum, { width, height }) => sum + width * height, 0) / (width * height);
}

Deno.test("small images are one tile, and large ones are seen less than twice", () => {
  assert.equal(views(1024, 1024), 1);
  assert.ok(views(1388, 1040) < 4);
  assert.ok(views(21_197, 15_975) < 1.9, `${views(21_197, 15_975)}`);
  assert.ok(views(4096, 4096) < 2.1, `${views(4096, 4096)}`);
});

Deno.test("a chosen size of tiles holds for all images", () => {
  for (const side of [500, 5000]) {
    const plan = tilePlan({ width: side, height: side }, { wholePixels: 1, tileSize: 96 });
    assert.deepEqual(plan, { wholePixels: 1, tileSize: 96, overlap: 0.5 });
  }
});
