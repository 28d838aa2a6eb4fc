import assert from "node:assert/strict";
import type { Image } from "lib";
import { OptionError } from "lib/io/option_error.ts";
import { PageSegmenter } from "../../../tasks/page/worker/page_segmenter.ts";
import type { Planes } from "../../../tasks/page/worker/predict_map.ts";

Deno.test("a page refuses a colour image whose channels are not those of its model, and repeats a grey one", async () => {
  const seen: number[] = [];
  const run = ({ width, height, channels }: Planes) => {
    seen.push(channels);
    return Promise.resolve({ width, height, channels: 1, data: new Float32Array(width * height) });
  };
  const segmenter = (imageChannels: number) =>
    new PageSegmenter({
      name: "stub",
      task: "foreground",
      channels: ["foreground"],
      imageChannels,
      normalization: "depth",
      threshold: 0.5,
      networks: [{}],
      about: [],
      limits: [],
    }, run);
  const image = (channels: 1 | 3): Image => {
    return { width: 2, height: 3, channels, bits: 8, data: new Uint8Array(6 * channels) };
  };
  for (const [channels, taken] of [[1, "grey images"], [2, "images of 2 channels"], [5, "images of 5 channels"]]) {
    const message = `it is in colour, but the model takes ${taken}: choose one channel`;
    await assert.rejects(segmenter(Number(channels)).predict(image(3)), new OptionError(message));
    await segmenter(Number(channels)).predict(image(1));
  }
  await segmenter(3).predict(image(3));
  assert.deepEqual(seen, [1, 2, 5, 3]);
});
