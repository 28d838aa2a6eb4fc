// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { unzipSync } from "fflate";
import { decodeImage, decodeLabels } from "lib/images";
import { learnTrainingStatistics } from "lib/objects";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { predictCommand } from "../../tasks/commands/predict.ts";
import { readLine } from "../../tasks/commands/read_line.ts";
import { predict } from "../../tasks/predict.ts";
import { openInput } from "../../tasks/predict/open_input.ts";
import { digest } from "../../tasks/predict/result_mark.ts";
import { partialName } from "lib/io/partial_files.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { saveSmallModel } from "./small_model.ts";

const ALL = "labels,rois,geojson,table,overlay,probability";

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
  for (const name of ["objects.csv", "summary.csv"]) {
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

Deno.test("products that cannot be made fail without the prediction of a large image", async () => {
  await using folder = await temporaryFolder();
  const { model, image } = await prepare(folder.path), output = join(folder.path, "out");
  // A scratch file of the outlines cannot be opened.
  await Deno.mkdir(join(output, ".predict", partialName("a.0.features")), { recursive: true });
  const said = await run(1000, model, image, "--output", output, "--write", "labels,rois,table");
  assert.ok(said.some((line) => /a\.tif: rois, table cannot be written \(/.test(line)), said.join("\n"));
  assert.equal(Deno.exitCode, 1);
  Deno.exitCode = 0;
  const names = Array.from(Deno.readDirSync(output), ({ name }) => name).sort();
  assert.deepEqual(names, [".predict", "a_labels.tif", "a_mask.tif"]);
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
  await assert.rejects(
    run(1000, ...args.with(-1, "table,submission")),
    /a\.tif is too large for a submission: leave submission out of --write, choose a smaller level with --level/,
  );
  assert.deepEqual(Array.from(Deno.readDirSync(output)), []);
  const said = await run(1000, ...args);
  const says = (pattern: RegExp) => assert.ok(said.some((line) => pattern.test(line)), said.join("\n"));
  says(/b\.png cannot be read: 160 × 160 pixels are more than 1,000: save it as a tiled TIFF, or cut it into tiles$/);
  assert.match(await text(join(output, "summary.csv")), /^a\.tif,/m);
  assert.equal(Deno.exitCode, 1);
  const mask = join(output, "a_mask.tif");
  await Deno.stat(mask);
  await Deno.writeTextFile(mask, "drawn by hand");
  const refused = await run(1000, ...args);
  assert.ok(refused.some((line) => /a_mask\.tif exists already, and predict did not write it/.test(line)));
  assert.equal(await text(mask), "drawn by hand");
  Deno.exitCode = 0;
});
