import assert from "node:assert/strict";
import { planWinograd, type ThreadShare } from "lib/nn/engine/winograd/winograd_plan.ts";

const WHOLE: ThreadShare = { images: 2, threads: 1 };

/** The size of the tiles of a 3 × 3 convolution between maps of a side. */
function tileOf(
  side: number,
  inChannels: number,
  outChannels: number,
  { dilation = 1, share = WHOLE, stride = 1 } = {},
) {
  const layer = { kind: "convolution", input: 0, output: 1, kernel: 2, depthwise: false, stride, dilation } as const;
  const map = { height: side, width: side };
  return planWinograd(
    { ...layer, padding: [dilation, dilation] },
    [3, 3, inChannels, outChannels],
    { ...map, channels: inChannels },
    { ...map, channels: outChannels },
    share,
  )?.tile;
}

Deno.test("large maps take large tiles, small ones with many channels small tiles, others none", () => {
  assert.equal(tileOf(64, 64, 64), 4);
  assert.equal(tileOf(32, 256, 512, { dilation: 4 }), 4);
  // A kernel for large tiles would take 38 MB.
  assert.equal(tileOf(32, 512, 512, { dilation: 4 }), 2);
  // Transformed kernels are read from memory, which takes longer than the products that are saved.
  assert.equal(tileOf(8, 512, 512), 2);
  assert.equal(tileOf(2, 512, 512), undefined);
  // Most taps see padding.
  assert.equal(tileOf(32, 512, 256, { dilation: 24 }), undefined);
  // One pixel of a tile in four is computed where rows are few.
  assert.equal(tileOf(64, 512, 512, { dilation: 4, share: { images: 1, threads: 64 } }), undefined);
});

Deno.test("other convolutions are direct", () => {
  assert.equal(tileOf(64, 64, 64, { stride: 2 }), undefined);
  assert.equal(tileOf(64, 3, 64), undefined);
  assert.equal(tileOf(64, 64, 1), undefined);
});
