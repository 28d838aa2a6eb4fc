import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { listPictures } from "../../tasks/predict/files/earlier_pictures.ts";
import type { Product } from "../../tasks/predict/files/outputs.ts";
import { writeJointFiles } from "../../tasks/predict/files/write_joint_files.ts";
import type { SegmentingOptions } from "../../tasks/predict/segmenting_options.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { segment } from "./predict_without_network.ts";

const SIDE = 8;
const BOTH = ["_mask", "_probability"], LARGE = { maxPixels: SIDE * SIDE - 1 };

/** Writes a stack of several pages. */
async function writeStack(path: string, pages: number): Promise<void> {
  const page = (k: number) => ({ width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE).map((_, i) => i * k) });
  await Deno.writeFile(path, writeTiff(Array.from({ length: pages }, (_, k) => page(k + 1))));
}

/** The names of the files in a folder, sorted, without those that predict keeps for itself. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !name.startsWith(".")).sort();
}

/** The words of a warning about removed files, which it names without their folder. */
function removal(output: string, ...names: string[]): string {
  const [was, is] = names.length > 1 ? ["were", "they are"] : ["was", "it is"];
  const list = names.map((name) => join(output, name)).join(", ");
  return `${list} ${was} of other settings, or of an image that has changed: ${is} removed`;
}

Deno.test("masks of pages that an image no longer has are removed, with a warning that names them", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await writeStack(path, 1);
  await segment(path, output, { suffixes: BOTH });
  assert.deepEqual(namesIn(output), ["a_mask.png", "a_probability.png"]);

  await writeStack(path, 3);
  const longer = await segment(path, output);
  assert.deepEqual(namesIn(output), ["a#1_mask.png", "a#2_mask.png", "a#3_mask.png"]);
  assert.equal(longer.warnings.length, 1);
  // The order of a folder's files is the system's.
  assert.deepEqual(longer.warnings[0].match(/\w+\.png/g)?.sort(), ["a_mask.png", "a_probability.png"]);

  await writeStack(path, 2);
  assert.deepEqual((await segment(path, output)).warnings, [removal(output, "a#3_mask.png")]);
  assert.deepEqual(namesIn(output), ["a#1_mask.png", "a#2_mask.png"]);
  assert.deepEqual((await segment(path, output)).warnings, []);
});

Deno.test("the mask of a level in parts gives way to that of a level in memory, and the reverse", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await writeStack(path, 2);
  await segment(path, output, { suffixes: BOTH, ...LARGE });
  assert.deepEqual(namesIn(output), ["a_mask.tif", "a_probability.tif"]);
  const small = await segment(path, output, { suffixes: BOTH });
  assert.deepEqual(small.warnings, [removal(output, "a_mask.tif", "a_probability.tif")]);
  const pictures = ["a#1_mask.png", "a#1_probability.png", "a#2_mask.png", "a#2_probability.png"];
  assert.deepEqual(namesIn(output), pictures);
  const large = await segment(path, output, LARGE);
  assert.deepEqual(large.warnings[0].match(/a#\d_\w+\.png/g)?.sort(), pictures);
  assert.deepEqual(namesIn(output), ["a_mask.tif"]);
  assert.deepEqual((await segment(path, output, LARGE)).warnings, []);
});

Deno.test("files of an image that has lost pages or gained them are removed", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  const products = new Set<Product>(["overlay", "probability", "report"]);
  await writeStack(path, 1);
  await segment(path, output, { products });
  await writeStack(path, 2);
  const { warnings } = await segment(path, output, { suffixes: BOTH });
  assert.deepEqual(warnings, [removal(output, "a_mask.png", "a_overlay.png", "a_probability.tif")]);
  const masks = ["a#1_mask.png", "a#1_probability.png", "a#2_mask.png", "a#2_probability.png"];
  assert.deepEqual(namesIn(output), masks);
  const kept = [...Deno.readDirSync(join(output, ".predict"))].map(({ name }) => name);
  assert.ok(!kept.includes("a.objects.csv") && !kept.includes("a.jpg"), kept.join());
});

for (const [size, limits] of [["in memory", {}], ["in parts", LARGE]] as const) {
  Deno.test(`files of other settings that a command does not make anew are removed, of an image ${size}`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
    const run = (settings: string, products: Product[], changes: Partial<SegmentingOptions> = {}) =>
      segment(path, output, { settings, products: new Set(products), ...limits, ...changes });
    const mask = limits === LARGE ? "a_mask.tif" : "a_mask.png";
    await writeStack(path, 1);
    await run("0.5", ["labels", "rois", "geojson"]);
    // The same objects, with other measurements, and a mask alone.
    for (const products of [["geojson"], []] satisfies Product[][]) {
      assert.deepEqual((await run("0.5", products, { productSettings: "0.325 µm" })).warnings, []);
    }
    assert.deepEqual(namesIn(output), ["a_labels.tif", mask, "a_objects.geojson", "a_rois.zip"]);
    // Other objects in the same mask.
    const connected = await run("0.5", ["labels"], { objectSettings: "connected" });
    assert.deepEqual(connected.warnings, [removal(output, "a_rois.zip", "a_objects.geojson")]);
    assert.equal(connected.removed, 2);
    // A mask does not depend on how objects are found.
    assert.deepEqual((await run("0.5", [])).warnings, []);
    assert.deepEqual(namesIn(output), ["a_labels.tif", mask]);
    assert.deepEqual((await run("0.9", [])).warnings, [removal(output, "a_labels.tif")]);
    assert.deepEqual(namesIn(output), [mask]);
  });
}

Deno.test("probabilities of another model than the mask's are removed, and those of the same stay", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await writeStack(path, 1);
  await segment(path, output, { settings: "model", suffixes: BOTH });
  assert.deepEqual((await segment(path, output, { settings: "model" })).warnings, []);
  const { warnings } = await segment(path, output, { settings: "another" });
  assert.deepEqual(warnings, [removal(output, "a_probability.png")]);
  assert.deepEqual(namesIn(output), ["a_mask.png"]);
});

Deno.test("tables of an earlier command are named where results have changed since", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  await writeStack(path, 1);
  const run = async (settings: string, products: Product[]) => {
    const wanted = new Set(products), outcome = await segment(path, output, { settings, products: wanted });
    await writeJointFiles(output, wanted, outcome, "Segmented.");
    return outcome.warnings;
  };
  await run("0.5", ["table", "submission"]);
  assert.deepEqual(await run("0.5", ["labels"]), []);
  const [tables, submission] = [["objects.csv", "summary.csv"], ["submission.csv"]].map((names) =>
    names.map((name) => join(output, name)).join(", ")
  );
  assert.equal(
    (await run("0.9", ["table"])).at(-1),
    `${submission} is of an earlier command, and results have changed since: run the command again with --write ` +
      "submission to write it anew",
  );
  assert.match(
    (await run("0.7", [])).at(-1)!,
    new RegExp(`^${tables}, ${submission} are of an earlier command, .* with --write table and --write submission to`),
  );
});

Deno.test("files of a user, of another image and of an image that fails are not removed", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out"), other = join(folder.path, "b.tif");
  await writeStack(other, 4);
  await segment(other, output);
  await writeStack(path, 1);
  // Every page of the other image has results with the names of this one.
  await segment(path, output);
  assert.deepEqual(namesIn(output), ["a#1", "a#2", "a#3", "a#4", "a"].map((name) => `${name}_mask.png`).sort());
  const drawn = encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data: new Uint8Array(SIDE * SIDE) });
  for (const name of ["a#5_mask.png", "a_overlay.png"]) await Deno.writeFile(join(output, name), drawn);
  const before = namesIn(output);
  assert.deepEqual((await segment(path, output)).warnings, []);
  await writeStack(path, 2);
  // Both pages have the names of another image's results.
  const refused = await segment(path, output);
  assert.equal(refused.failures.length, 2);
  assert.deepEqual(refused.warnings, []);
  assert.deepEqual(namesIn(output), before);
});

Deno.test("listPictures() finds the pictures of an image whose name ends like that of a page", async () => {
  await using folder = await temporaryFolder();
  const files = ["a_mask.png", "a#1_mask.png", "a#1#2_probability.png", "ab_mask.png", "a_overlay.png", "a_mask.tif"];
  await Deno.mkdir(join(folder.path, "w1"));
  for (const file of files) await Deno.writeTextFile(join(folder.path, "w1", file), "");
  const found = await listPictures(folder.path, ["w1/a", "w1/a#1", "missing/a"]);
  const pages = (name: string) => Object.fromEntries(found.get(name)!.map(({ file, page }) => [file, page]));
  assert.deepEqual(pages("w1/a"), { "w1/a_mask.png": "", "w1/a#1_mask.png": "#1" });
  assert.deepEqual(pages("w1/a#1"), { "w1/a#1_mask.png": "", "w1/a#1#2_probability.png": "#2" });
  assert.deepEqual(pages("missing/a"), {});
});
