import assert from "node:assert/strict";
import { join } from "node:path";
import { ImageProducts } from "../../tasks/predict/files/image_products.ts";
import { refuseOverwritingJoint, writeJoint } from "../../tasks/predict/files/joint_files.ts";
import type { Product } from "../../tasks/predict/files/outputs.ts";
import { addToRecord, readRecord } from "../../tasks/predict/files/record.ts";
import { Outcome } from "../../tasks/predict/outcome.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { imageAt, optionsFor, segment } from "./predict_without_network.ts";

const SIDE = 8, PIXELS = SIDE * SIDE;

/** What a record says of an image. */
const ABOUT = {
  key: "k",
  source: { content: "c", place: "p" },
  origin: { mask: "m", objects: "o" },
  precision: "float32" as const,
  rows: [],
};

Deno.test("commands that write products of an image at the same time know each other's files", async () => {
  await using folder = await temporaryFolder();
  const content = { sha256: new Uint8Array(32) },
    data = new Uint8Array(PIXELS),
    map = new Float32Array(PIXELS).fill(0.75);
  const image = { width: SIDE, height: SIDE, channels: 1, bits: 8, data } as const;
  const labels = { width: SIDE, height: SIDE, data: new Uint16Array(PIXELS).fill(1) };
  const page = { width: SIDE, height: SIDE, image, labels, probabilities: map, map, count: 1 };
  const open = async (product: Product) => {
    const options = await optionsFor(folder.path, { products: new Set([product]), settings: "" });
    const products = new ImageProducts(imageAt("a.tif"), { pages: 1 }, options);
    assert.equal(await products.check(content, ABOUT, new Outcome()), undefined);
    return products;
  };
  const commands = [await open("labels"), await open("geojson")];
  for (const each of commands) {
    await each.add(page);
    await each.write(new Outcome());
  }
  for (const product of ["labels", "geojson"] as const) assert.equal((await open(product)).areMissing, false, product);
});

Deno.test("a command that segments a large image knows the files that another one wrote meanwhile", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await Deno.writeFile(path, writeTiff([{ width: SIDE, height: SIDE, data: new Uint8Array(PIXELS) }]));
  const { segmenter } = await optionsFor(output), other = new Map([["a_objects.geojson", "digest"]]);
  const changes = { products: new Set<Product>(["labels"]), maxPixels: PIXELS - 1, settings: "" };
  const outcome = await segment(path, output, {
    ...changes,
    segmenter: {
      ...segmenter,
      async *predictRows(...args) {
        await addToRecord(output, "a", ABOUT, other);
        yield* segmenter.predictRows(...args);
      },
    },
  });
  assert.deepEqual(outcome.failures, []);
  const { files } = (await readRecord(output, "a"))!;
  assert.deepEqual(Object.keys(files).sort(), ["a_labels.tif", "a_mask.tif", "a_objects.geojson"]);
  assert.equal((await segment(path, output, changes)).kept, 1);
});

Deno.test("records that are written at the same moment have the files of all commands", async () => {
  await using folder = await temporaryFolder();
  const output = folder.path, files = ["a_labels.tif", "a_rois.zip", "a_objects.geojson"];
  await Promise.all(files.map((file) => addToRecord(output, "a", ABOUT, new Map([[file, `of ${file}`]]))));
  assert.deepEqual(Object.keys((await readRecord(output, "a"))!.files).sort(), files.toSorted());
  const names = ["objects.csv", "submission.csv", "report.html"];
  await Promise.all(names.map((name) => writeJoint(output, name, () => [name])));
  await refuseOverwritingJoint(output, ["table", "submission", "report"]);
});

Deno.test("a command that keeps a mask repeats the warnings about its image", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await Deno.writeFile(path, writeTiff([{ width: SIDE, height: SIDE, data: new Uint8Array(PIXELS) }]));
  const { segmenter } = await optionsFor(output);
  const changes = { settings: "", segmenter: { ...segmenter, isEmpty: () => true } };
  const first = await segment(path, output, changes);
  assert.equal(first.warnings.length, 1);
  const again = await segment(path, output, changes);
  assert.deepEqual([again.kept, again.warnings], [1, first.warnings]);
  // A record of products has the warning too, and it is said once.
  const table = { ...changes, products: new Set<Product>(["table"]) };
  for (const kept of [0, 1]) {
    const outcome = await segment(path, output, table);
    assert.deepEqual([outcome.kept, outcome.warnings], [kept, first.warnings]);
  }
});
