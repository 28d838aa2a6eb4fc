import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { listPictures } from "../../tasks/predict/files/earlier_pictures.ts";
import type { Product } from "../../tasks/predict/files/outputs.ts";
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

Deno.test("pictures of the objects of lost pages are removed, and other files of the image stay", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
  const products = new Set<Product>(["overlay", "probability", "report"]);
  await writeStack(path, 1);
  await segment(path, output, { products });
  await writeStack(path, 2);
  // The probabilities are a file of all pages, which this command is not asked for.
  const { warnings } = await segment(path, output, { suffixes: BOTH });
  assert.deepEqual(warnings, [removal(output, "a_mask.png", "a_overlay.png")]);
  const masks = ["a#1_mask.png", "a#1_probability.png", "a#2_mask.png", "a#2_probability.png"];
  assert.deepEqual(namesIn(output), [...masks, "a_probability.tif"]);
  const kept = [...Deno.readDirSync(join(output, ".predict"))].map(({ name }) => name);
  assert.ok(kept.includes("a.objects.csv") && !kept.includes("a.jpg"), kept.join());
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
