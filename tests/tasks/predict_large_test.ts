// @tags slow
import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { encode } from "fast-png";
import { unzipSync } from "fflate";
import { decodeImage, decodeLabels } from "lib/images";
import { learnTrainingStatistics } from "lib/objects";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { predictCommand } from "../../tasks/commands/predict.ts";
import { readLine } from "../../tasks/commands/read_line.ts";
import { predict } from "../../tasks/predict.ts";
import type { Part } from "../../tasks/predict/outcome.ts";
import { openInput } from "../../tasks/predict/open_input.ts";
import { digest } from "../../tasks/predict/result_mark.ts";
import { partialName } from "lib/io/partial_files.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { saveSmallModel } from "./small_model.ts";

const ALL = "labels,rois,geojson,table,overlay,probability,submission";

/** Runs predict in this process, with a limit above which images are segmented part by part. */
async function run(maxPixels: number, ...args: string[]): Promise<string[]> {
  const lines: string[] = [], { log, error } = console;
  console.log = console.error = (...words: unknown[]) => void lines.push(words.join(" "));
  try {
    await predict(await readLine(predictCommand, args), { maxPixels });
  } finally {
    console.log = log;
    console.error = error;
  }
  return lines;
}

const bytes = (path: string) => Deno.readFile(path);
const text = (path: string) => Deno.readTextFile(path);

async function prepare(root: string): Promise<{ model: string; image: string; stack: string }> {
  const { samples } = await generateDataset({ count: 2, size: 160, seed: 5, modality: "fluorescence" });
  const model = join(root, "model.safetensors"), image = join(root, "a.tif"), stack = join(root, "stack.tif");
  // The threshold of an untrained network, so that there are objects.
  await saveSmallModel(model, { threshold: 0.45, trainingStatistics: learnTrainingStatistics(samples)! });
  const [first, second] = samples.map(({ image: { data } }) => Uint8Array.from(data));
  await Deno.writeFile(image, writeTiff([{ width: 160, height: 160, data: first, tile: 48, deflate: true }]));
  await Deno.writeFile(stack, writeTiff([first, second].map((data) => ({ width: 160, height: 160, data }))));
  return { model, image, stack };
}

Deno.test("a large image has the results of a small one", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, { model, image, stack } = await prepare(root);
  const args = [model, image, stack, "--write", ALL, "--report", "--pixel-size", "0.5", "--probabilities", "--output"];
  const whole = join(root, "whole"), parts = join(root, "parts");
  await run(1e8, ...args, whole);
  const said = await run(1000, ...args, parts);
  assert.ok(said.some((line) => /[1-9]\d* objects in 3 images/.test(line)), said.join("\n"));
  for (const name of ["objects.csv", "summary.csv", "submission.csv"]) {
    assert.equal(await text(join(parts, name)), await text(join(whole, name)), name);
  }
  for (const name of ["a", "stack"]) {
    const pages = name === "a" ? [""] : ["#1", "#2"];
    for (const [page, ending] of pages.entries()) {
      const mask = await decodeImage(await bytes(join(parts, `${name}_mask.tif`)), "mask", { page });
      assert.deepEqual(
        mask.data,
        (await decodeImage(await bytes(join(whole, `${name}${ending}_mask.png`)), "mask")).data,
      );
      assert.equal(mask.pixelSize, 0.5);
      const read = async (root: string, what: string) => await bytes(join(root, `${name}_${what}.tif`));
      const [found, expected] = await Promise.all(
        [parts, whole].map(async (root) => await decodeLabels(await read(root, "labels"), "labels", { page })),
      );
      assert.deepEqual(found, expected);
      const maps = await Promise.all(
        [parts, whole].map(async (root) => (await decodeImage(await read(root, "probability"), "map", { page })).data),
      );
      assert.ok(maps[0].every((p, i) => Math.abs(p - maps[1][i]) <= 1e-5));
      await Deno.stat(join(parts, `${name}${ending}_overlay.png`));
    }
    const files = [parts, whole].map(async (root) => unzipSync(await bytes(join(root, `${name}_rois.zip`))));
    assert.deepEqual(...await Promise.all(files) as [unknown, unknown]);
    const features = [parts, whole].map(async (root) => JSON.parse(await text(join(root, `${name}_objects.geojson`))));
    assert.deepEqual(...await Promise.all(features) as [unknown, unknown]);
  }
  assert.match(await text(join(parts, "report.html")), /<h1>3 images, /);
  const again = await run(1000, ...args, parts);
  assert.ok(again.some((line) => /Kept the masks of 3 images/.test(line)), again.join("\n"));
  const left = Array.from(Deno.readDirSync(join(parts, ".predict")), ({ name }) => name);
  assert.ok(left.every((name) => !name.endsWith(".partial")), left.join());
});

Deno.test("a level of a pyramid is segmented as an image of its size, with its size of a pixel", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, { model } = await prepare(root), image = join(root, "pyramid.tif");
  const fixtures = new URL("../fixtures/pyramids.json", import.meta.url);
  const { cases } = JSON.parse(await text(fixtures.pathname)) as {
    cases: { name: string; tiff: string; levels: { width: number; height: number }[] }[];
  };
  const { tiff, levels } = cases.find(({ name }) => name === "OME-TIFF with SubIFDs")!;
  await Deno.writeFile(image, Uint8Array.fromBase64(tiff));
  for (const maxPixels of [1e8, 100]) {
    const output = join(root, `level ${maxPixels}`), args = [model, image, "--output", output, "--write", "labels"];
    await run(maxPixels, ...args, "--level", "1");
    const { width, height, pixelSize } = await decodeImage(await bytes(join(output, "pyramid_labels.tif")), "labels");
    assert.deepEqual([width, height, pixelSize], [levels[1].width, levels[1].height, 0.5]);
    const said = await run(maxPixels, ...args, "--level", "7");
    assert.ok(
      said.some((line) => /it has the levels 0 \(75 × 90\), 1 \(38 × 45\), 2 .*, but level 7 was chosen/.test(line)),
      said.join("\n"),
    );
    Deno.exitCode = 0;
  }
});

Deno.test("a level that fits into memory of a file that does not is read as one in memory", async () => {
  await using folder = await temporaryFolder();
  const { image, stack } = await prepare(folder.path), options = { level: 0, maxPixels: 1e8 };
  for (const [path, page] of [[image, 0], [stack, 1]] as const) {
    const read = async (maxBytes: number) => {
      const input = await openInput(path, { ...options, maxBytes });
      assert.ok("small" in input);
      using small = input.small;
      return [await digest(small.content), small.pages, await small.decode({ page })];
    };
    assert.deepEqual(await read(1000), await read(1e6));
    const input = await openInput(path, { ...options, maxPixels: 1000 });
    assert.ok("large" in input);
    input.large.bytes[Symbol.dispose]();
  }
});

/** What each product of a.tif is written to, below the output folder. */
const FILES: Record<Part, string> = {
  mask: "a_mask.tif",
  labels: "a_labels.tif",
  probability: "a_probability.tif",
  rois: "a_rois.zip",
  geojson: "a_objects.geojson",
  overlay: "a_overlay.png",
  table: ".predict/a.objects.csv",
  submission: ".predict/a.submission.csv",
  report: ".predict/a.jpg",
};

/** The files about all images, of each product. */
const JOINT: Partial<Record<Part, string[]>> = {
  table: ["objects.csv"],
  submission: ["submission.csv"],
  report: ["report.html"],
};

/** Digests of all files below a folder, by their path. */
async function contents(root: string, below = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, isDirectory } of Deno.readDirSync(join(root, below))) {
    const path = join(below, name);
    if (!isDirectory) found.set(path, await digest(await bytes(join(root, path))));
    else for (const [each, content] of await contents(root, path)) found.set(each, content);
  }
  return found;
}

Deno.test("products of a large image that fail leave the others, and are made by the next command", async () => {
  await using folder = await temporaryFolder();
  const { model, image } = await prepare(folder.path), output = join(folder.path, "out");
  const args = [model, image, "--output", output, "--write", ALL, "--report"];
  await run(1000, ...args);
  const whole = await contents(output), isRecord = (path: string) => /image\.json$|joint\.json$/.test(path);
  // The report lists the failures.
  const isEqual = (path: string) => !isRecord(path) && path !== "report.html";
  const groups: Part[][] = [["mask", "geojson"], ["labels", "submission"], ["probability", "rois", "report"], [
    "overlay",
    "table",
  ]];
  for (const broken of groups) {
    await Deno.remove(output, { recursive: true });
    // A folder has the temporary name of the file.
    const folders = broken.map((part) => join(output, dirname(FILES[part]), partialName(basename(FILES[part]))));
    for (const folder of folders) await Deno.mkdir(folder, { recursive: true });
    const said = await run(1000, ...args), failure = said.findIndex((line) => /^\n1 image lacks files:$/.test(line));
    const [, named] = said[failure + 1].match(/a\.tif: ([\w, ]+) cannot be written \(Is a directory\)$/)!;
    // The report needs the table.
    const failed = new Set<Part>(broken.includes("table") ? [...broken, "report"] : broken);
    assert.deepEqual(named.split(", ").sort(), [...failed].sort());
    assert.equal(said.length, failure + 2, said.join("\n"));
    const isTableLost = said.includes("No image has its table, so objects.csv was not written");
    assert.equal(isTableLost, failed.has("table"), said.join("\n"));
    assert.equal(Deno.exitCode, 1);
    Deno.exitCode = 0;
    for (const folder of folders) await Deno.remove(folder);
    const lost = new Set([...failed].flatMap((part) => [FILES[part], ...JOINT[part] ?? []]));
    const left = await contents(output);
    for (const [path, content] of whole) {
      assert.equal(left.has(path), !lost.has(path), `without ${broken}: ${path}`);
      if (left.has(path) && isEqual(path)) assert.equal(left.get(path), content, `without ${broken}: ${path}`);
    }
    assert.deepEqual([...left.keys()].filter((path) => !whole.has(path)), []);
  }
  await run(1000, ...args);
  assert.deepEqual([...(await contents(output)).keys()].sort(), [...whole.keys()].sort());
});

Deno.test("a product of a large image that fails leaves no file of earlier settings", async () => {
  await using folder = await temporaryFolder();
  const { model, image } = await prepare(folder.path), output = join(folder.path, "out");
  const args = [model, image, "--output", output, "--write", "labels,rois,table", "--threshold"];
  await run(1000, ...args, "0.45");
  const before = await contents(output);
  const broken = [FILES.rois, FILES.table].map((file) => join(output, dirname(file), partialName(basename(file))));
  for (const folder of broken) await Deno.mkdir(folder);
  const failing = async (threshold: string) => {
    const said = await run(1000, ...args, threshold);
    assert.match(said.at(-1)!, /a\.tif: rois, table cannot be written/);
    Deno.exitCode = 0;
    return said.filter((line) =>
      line.endsWith("a_rois.zip was of other settings, or of an image that has changed: it is removed")
    );
  };
  // A file of the same settings stays.
  await Deno.remove(join(output, FILES.labels));
  assert.equal((await failing("0.45")).length, 0);
  assert.deepEqual([...(await contents(output)).keys()].sort(), [...before.keys()].sort());
  assert.equal((await failing("0.46")).length, 1);
  for (const folder of broken) await Deno.remove(folder);
  const after = await contents(output);
  assert.deepEqual([FILES.labels, FILES.rois, FILES.table].map((file) => after.has(file)), [true, false, false]);
  await run(1000, ...args, "0.46");
  assert.deepEqual([...(await contents(output)).keys()].sort(), [...before.keys()].sort());
});

Deno.test("a large image whose objects cannot be stored has its mask, its probabilities and its row in the summary", async () => {
  await using folder = await temporaryFolder();
  const { model, image } = await prepare(folder.path), output = join(folder.path, "out");
  const scratch = join(output, ".predict", partialName("a.labels"));
  await Deno.mkdir(scratch, { recursive: true });
  const said = await run(1000, model, image, "--output", output, "--write", ALL);
  assert.match(
    said.at(-1)!,
    /a\.tif: labels, rois, geojson, table, overlay, submission cannot be written \(Is a directory\)$/,
  );
  Deno.exitCode = 0;
  await Deno.remove(scratch);
  assert.deepEqual([...(await contents(output)).keys()].sort(), [
    ".predict/.lock",
    ".predict/a.image.json",
    ".predict/joint.json",
    "a_mask.tif",
    "a_probability.tif",
    "summary.csv",
  ]);
});

Deno.test("the warnings of a finished large image are repeated, as those of an ordinary one", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, { model, stack } = await prepare(root), wide = join(root, "wide.tif");
  // A bright image that is longer than its overlay may be, and has no objects of the training images' size.
  const data = new Uint8Array(4032 * 64).map((_, i) => 200 + (i % 4032 / 40) % 50);
  await Deno.writeFile(wide, writeTiff([{ width: 4032, height: 64, data }]));
  const args = [model, wide, stack, "--write", "table,overlay", "--threshold", "0.01", "--output"];
  const warnings = (said: string[]) => said.filter((line) => /\.tif(#\d)?( differs|: )/.test(line));
  for (const maxPixels of [1e8, 1000]) {
    const output = join(root, `out ${maxPixels}`), first = await run(maxPixels, ...args, output);
    assert.ok(warnings(first).some((line) => line.includes("wide.tif differs from the training images")));
    const isReduced = warnings(first).some((line) => /overlay shows one pixel of 2 × 2/.test(line));
    assert.equal(isReduced, maxPixels === 1000, first.join("\n"));
    const isDivided = warnings(first).some((line) => /may be divided at the seams of tiles/.test(line));
    assert.equal(isDivided, maxPixels === 1000, first.join("\n"));
    const again = await run(maxPixels, ...args, output);
    assert.ok(again.some((line) => /Kept the masks of 3 images/.test(line)), again.join("\n"));
    assert.deepEqual(warnings(again), warnings(first));
  }
});

Deno.test("no file of a large image is written if one of them must not be", async () => {
  await using folder = await temporaryFolder();
  const { model, stack } = await prepare(folder.path), output = join(folder.path, "out");
  const args = [model, stack, "--output", output, "--write", ALL, "--probabilities"];
  await Deno.mkdir(output);
  for (const file of ["mask.tif", "labels.tif", "probability.tif", "rois.zip", "objects.geojson"]) {
    const path = join(output, `stack_${file}`);
    await Deno.writeTextFile(path, "drawn by hand");
    await assert.rejects(run(1000, ...args), /stack_\S+ exists already, and predict did not write it/, file);
    await Deno.remove(path);
  }
  const page = join(output, "stack#2_overlay.png");
  await Deno.writeTextFile(page, "drawn by hand");
  await assert.rejects(run(1000, ...args), /stack#2_overlay\.png exists already/);
  assert.deepEqual([...(await contents(output)).keys()], ["stack#2_overlay.png"]);
  await Deno.remove(page);
  // A large image has no PNG as its mask.
  const mask = join(output, "stack_mask.png");
  await Deno.writeTextFile(mask, "drawn by hand");
  await run(1000, ...args);
  assert.equal(await text(mask), "drawn by hand");
});

Deno.test("what cannot be done for a large image is said, with the way out, and leaves other files alone", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, { model, image } = await prepare(root), output = join(root, "out");
  const png = join(root, "b.png");
  await Deno.writeFile(
    png,
    encode({ width: 160, height: 160, channels: 1, depth: 8, data: new Uint8Array(160 * 160) }),
  );
  await Deno.mkdir(output);
  const args = [model, image, png, "--output", output, "--write", "table"];
  const said = await run(1000, ...args);
  const says = (pattern: RegExp) => assert.ok(said.some((line) => pattern.test(line)), said.join("\n"));
  says(/b\.png cannot be read: 160 × 160 pixels are more than 1,000: save it as a tiled TIFF, or cut it into tiles$/);
  assert.match(await text(join(output, "summary.csv")), /^a\.tif,/m);
  assert.equal(Deno.exitCode, 1);
  const mask = join(output, "a_mask.tif");
  await Deno.stat(mask);
  await Deno.writeTextFile(mask, "drawn by hand");
  await assert.rejects(run(1000, ...args), /a_mask\.tif exists already, and predict did not write it/);
  assert.equal(await text(mask), "drawn by hand");
  Deno.exitCode = 0;
});
