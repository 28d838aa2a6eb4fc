import assert from "node:assert/strict";
import { join } from "node:path";
import type { Segmenter } from "lib";
import { createTask } from "lib/task";
import { ImageProducts } from "../../tasks/predict/files/image_products.ts";
import { refuseOverwritingJoint, writeJoint } from "../../tasks/predict/files/joint_files.ts";
import type { Product } from "../../tasks/predict/files/outputs.ts";
import { addToRecord, readRecord } from "../../tasks/predict/files/record.ts";
import { objectFinder } from "../../tasks/predict/find_objects.ts";
import { segmentLargeFile } from "../../tasks/predict/large/segment_large_file.ts";
import { openInput } from "../../tasks/predict/open_input.ts";
import { Outcome } from "../../tasks/predict/outcome.ts";
import type { SegmentingOptions } from "../../tasks/predict/segmenting_options.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const SIDE = 8, PIXELS = SIDE * SIDE;

/** A segmenter that finds foreground everywhere, once a large image may start. */
function segmenterAfter(start: () => Promise<void>): Segmenter {
  return {
    task: "foreground",
    taskDefinition: createTask({}),
    threshold: 0.5,
    isEmptyContrast: () => false,
    async *predictRows() {
      await start();
      yield { top: 0, height: SIDE, data: new Float32Array(PIXELS).fill(0.75) };
    },
  } as Partial<Segmenter> as Segmenter;
}

/** The options of a command that writes one product. */
async function options(output: string, product: Product, start = () => Promise.resolve()): Promise<SegmentingOptions> {
  const segmenter = segmenterAfter(start);
  return {
    segmenter,
    finder: await objectFinder(segmenter, join(output, "model.safetensors"), { connected: true }),
    output,
    threshold: 0.5,
    suffixes: ["_mask"],
    products: new Set([product]),
    level: 0,
    maxPixels: PIXELS - 1,
    precision: "float32",
    settings: "settings",
    productSettings: "settings of products",
    signal: new AbortController().signal,
  };
}

/** What a record says of an image. */
const ABOUT = { key: "k", source: { content: "c", place: "p" }, precision: "float32" as const, rows: [] };

const image = (path: string) => ({ path, place: "a.tif", name: "a", id: "a" });

Deno.test("commands that write products of an image at the same time know each other's files", async () => {
  await using folder = await temporaryFolder();
  const output = folder.path, content = new Uint8Array(1), source = { content: "c", place: "p" };
  const data = new Uint8Array(PIXELS), probabilities = new Float32Array(PIXELS).fill(0.75);
  const picture = { width: SIDE, height: SIDE, channels: 1, bits: 8, data } as const;
  const labels = { width: SIDE, height: SIDE, data: new Uint16Array(PIXELS).fill(1) };
  const page = { width: SIDE, height: SIDE, image: picture, labels, probabilities, map: probabilities, count: 1 };
  const open = async (product: Product) => {
    const products = new ImageProducts(image("a.tif"), 1, await options(output, product));
    assert.equal(await products.check(content, source, new Outcome()), undefined);
    return products;
  };
  const commands = [await open("labels"), await open("geojson")];
  for (const each of commands) {
    await each.add(page);
    await each.write(new Outcome());
  }
  for (const product of ["labels", "geojson"] as const) assert.equal((await open(product)).areMissing, false, product);
});

Deno.test("commands that segment a large image at the same time know each other's files", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await Deno.writeFile(path, writeTiff([{ width: SIDE, height: SIDE, data: new Uint8Array(PIXELS) }]));
  const segment = async (product: Product, start?: () => Promise<void>) => {
    const settings = await options(output, product, start), outcome = new Outcome();
    const input = await openInput(path, settings);
    assert.ok("large" in input);
    using _open = input.large.bytes;
    await segmentLargeFile(image(path), input.large, settings, outcome, () => {});
    assert.deepEqual(outcome.failures, []);
    return outcome;
  };
  // Another command ends while this one predicts.
  const other = new Map([["a_objects.geojson", "digest"]]);
  await segment("labels", () => addToRecord(output, "a", ABOUT, other));
  const { files } = (await readRecord(output, "a"))!;
  assert.deepEqual(Object.keys(files).sort(), ["a_labels.tif", "a_mask.tif", "a_objects.geojson"]);
  assert.equal((await segment("labels")).kept, 1);
});

Deno.test("records that are written at the same moment have the files of all commands", async () => {
  await using folder = await temporaryFolder();
  const output = folder.path;
  const files = ["a_labels.tif", "a_rois.zip", "a_objects.geojson"];
  await Promise.all(
    files.map((file) => addToRecord(output, "a", ABOUT, new Map([[file, `of ${file}`]]))),
  );
  assert.deepEqual(Object.keys((await readRecord(output, "a"))!.files).sort(), files.toSorted());
  const names = ["objects.csv", "submission.csv", "report.html"];
  await Promise.all(names.map((name) => writeJoint(output, name, () => [name])));
  await refuseOverwritingJoint(output, ["table", "submission", "report"]);
});
