import assert from "node:assert/strict";
import { sampleCrop } from "lib/batches/augment/sample_crop.ts";

Deno.test("a crop with foreground is not drawn around void", () => {
  const side = 8, size = 32, mask = new Uint8Array(size * size).fill(255, 0, 4 * size);
  mask[31 * size + 31] = 1;
  const source = { width: size, height: size, channels: 1, pixels: new Float32Array(size * size), mask };
  const options = { side, channels: 1, augmentations: ["cropNonEmptyMask"], range: [0, 1] } as const;
  const found = Array.from({ length: 20 }, (_, key) => {
    const crop = new Float32Array(side * side);
    sampleCrop(source, { ...options, void: 255 }, [key], new Float32Array(side * side), crop);
    return crop.includes(1);
  });
  // The augmentation is applied to some crops, and only those show the one pixel of foreground.
  assert.ok(found.filter(Boolean).length >= 5, `${found}`);
});
