import { join } from "node:path";
import type { Segmenter } from "lib";
import { createTask } from "lib/task";
import { listPictures } from "../../tasks/predict/files/earlier_pictures.ts";
import { objectFinder } from "../../tasks/predict/find_objects.ts";
import { segmentLargeFile } from "../../tasks/predict/large/segment_large_file.ts";
import { openInput } from "../../tasks/predict/open_input.ts";
import { Outcome } from "../../tasks/predict/outcome.ts";
import { segmentFile } from "../../tasks/predict/segment_file.ts";
import type { SegmentingOptions } from "../../tasks/predict/segmenting_options.ts";

/** A segmenter that finds foreground everywhere. */
const SEGMENTER = {
  task: "foreground",
  taskDefinition: createTask({}),
  threshold: 0.5,
  isEmpty: () => false,
  isEmptyContrast: () => false,
  predict: ({ width, height }) => Promise.resolve(new Float32Array(width * height).fill(0.75)),
  async *predictRows({ width, height }) {
    yield { top: 0, height, data: new Float32Array(width * height).fill(0.75) };
  },
} as Partial<Segmenter> as Segmenter;

/** What the results of `a.tif` are called. */
export const imageAt = (path: string) => ({ path, place: "a.tif", name: "a", id: "a" });

/** Returns the options of a command that writes masks, with changes. */
export async function optionsFor(
  output: string,
  changes: Partial<SegmentingOptions> = {},
): Promise<SegmentingOptions> {
  return {
    segmenter: SEGMENTER,
    finder: await objectFinder(SEGMENTER, join(output, "model.safetensors"), { connected: true }),
    output,
    threshold: 0.5,
    suffixes: ["_mask"],
    pictures: await listPictures(output, ["a"]),
    products: new Set(),
    level: 0,
    maxPixels: 1e8,
    precision: "float32",
    settings: JSON.stringify(changes),
    objectSettings: "",
    productSettings: "",
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Does what a command does with one image, without a network. */
export async function segment(
  path: string,
  output: string,
  changes: Partial<SegmentingOptions> = {},
): Promise<Outcome> {
  const options = await optionsFor(output, changes), outcome = new Outcome(), image = imageAt(path);
  const input = await openInput(path, options);
  if ("large" in input) {
    using _open = input.large.bytes;
    await segmentLargeFile(image, input.large, options, outcome, () => {});
  } else {
    using file = input.small;
    await segmentFile(image, file, options, outcome, () => {});
  }
  return outcome;
}
