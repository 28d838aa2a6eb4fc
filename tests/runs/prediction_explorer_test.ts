import assert from "node:assert/strict";
import { parseConfig } from "lib";
import { predictionExplorer } from "lib/runs";

Deno.test("the caption of an explored image says that its Dice is that of the whole image", async () => {
  const width = 4, height = 4, probabilities = new Float32Array(16).fill(0.9);
  const image = { width, height, channels: 1, bits: 8, data: new Uint8Array(16) } as const;
  const labels = { width, height, data: new Uint16Array(16).fill(1) };
  const run = {
    record: { data: { validation: ["cells-07"] }, imageDice: { model: [0.8765] }, config: parseConfig({}) },
    predict: () => Promise.resolve([probabilities]),
  };
  // A trained run and a data set have more than the picture needs.
  const explorer = await predictionExplorer(
    run as unknown as Parameters<typeof predictionExplorer>[0],
    { samples: [{ id: "cells-07", image, labels }] } as unknown as Parameters<typeof predictionExplorer>[1],
  );
  assert.ok("html" in explorer);
  assert.match(explorer.html, /cells-07 \(Dice of the whole image: 0\.87[67]\)/);
});
