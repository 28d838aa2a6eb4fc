// @tags slow
import assert from "node:assert/strict";
import { basename, dirname, join, relative } from "node:path";
import { encode } from "fast-png";
import { openSegmenter, readImage } from "lib";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { decodeImage, decodeLabels, readImageHeader } from "lib/images";
import { decodeSubmission, learnTrainingStatistics, measureObjects, objectColumn } from "lib/objects";
import { predictCommand } from "../../tasks/commands/predict.ts";
import { readLine } from "../../tasks/commands/read_line.ts";
import { expandGlobs } from "../../tasks/predict/expand_globs.ts";
import { joinSubmissions } from "../../tasks/predict/files/join_submissions.ts";
import { ProductEncoder } from "../../tasks/predict/files/product_encoder.ts";
import { planImages } from "../../tasks/predict/plan_images.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { saveSmallModel } from "./small_model.ts";
import { runTask } from "./run_task.ts";

const ALL = "labels,rois,geojson,table,overlay,probability,submission";

/** Writes files, and their folders. */
async function write(root: string, files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(root, name)), { recursive: true });
    await Deno.writeFile(join(root, name), typeof content === "string" ? new TextEncoder().encode(content) : content);
  }
}

/** The paths of all files below a folder, sorted, without those that predict keeps for itself. */
function filesIn(root: string, below = ""): string[] {
  return [...Deno.readDirSync(join(root, below))].flatMap(({ name, isDirectory }) => {
    if (name.startsWith(".")) return [];
    return isDirectory ? filesIn(root, join(below, name)) : [join(below, name)];
  }).sort();
}

/** Writes images of nuclei, a stack, and a model that knows its training images. */
async function prepare(root: string): Promise<string> {
  const { samples } = await generateDataset({ count: 3, size: 64, seed: 5, modality: "fluorescence" });
  const grey = samples.map(({ image: { data } }) => Uint8Array.from(data));
  const png = (data: Uint8Array, channels: 1 | 3 = 1) => encode({ width: 64, height: 64, channels, depth: 8, data });
  const bright = grey[2].map((value) => Math.min(255, 200 + value / 8));
  await write(root, {
    "in/w1/a.png": png(grey[0]),
    "in/w2/a.png": png(bright),
    "in/stack.tif": writeTiff([grey[0], grey[1]].map((data) => ({ width: 64, height: 64, data }))),
    "in/colour.png": png(Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => grey[1][Math.floor(i / 3)] >> (i % 3)), 3),
    "in/broken.png": png(grey[0]).subarray(0, 60),
  });
  const path = join(root, "model.safetensors");
  const trainingStatistics = learnTrainingStatistics(samples)!;
  await saveSmallModel(path, { trainingStatistics });
  return path;
}

Deno.test("predict --write writes the objects of images and stacks, and one table over all", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = await prepare(root), out = join(root, "out");
  const args = [model, join(root, "in"), "--output", out, "--write", ALL, "--report", "--pixel-size", "0.5"];
  const first = await runTask("predict", ...args);
  assert.equal(first.code, 1);
  assert.match(first.error, /1 image could not be segmented:\n {2}\S+broken\.png cannot be read/);
  assert.match(
    first.error,
    /colour\.png differs from the training images: .*it is in colour, the training images are grey/,
  );
  assert.match(first.out, /\d+ objects in 5 images: touching objects are divided \(threshold 0\.5\)/);
  const each = (name: string, pages = [""]) => [
    `${name}_labels.tif`,
    `${name}_objects.geojson`,
    `${name}_probability.tif`,
    `${name}_rois.zip`,
    ...pages.flatMap((page) => [`${name}${page}_mask.png`, `${name}${page}_overlay.png`]),
  ];
  const expected = [
    ...["w1/a", "w2/a", "colour"].flatMap((name) => each(name)),
    ...each("stack", ["#1", "#2"]),
    ...["objects.csv", "summary.csv", "submission.csv", "report.html"],
  ].sort();
  assert.deepEqual(filesIn(out), expected);

  // The table has the measurements of the label images, page by page.
  const stack = await Deno.readFile(join(out, "stack_labels.tif"));
  assert.equal((await readImageHeader(stack, "stack")).pages, 2);
  const rows = (await Deno.readTextFile(join(out, "objects.csv"))).trim().split("\r\n").map((line) => line.split(","));
  const [header] = rows, text = await Deno.readTextFile(join(out, "submission.csv"));
  const submission = decodeSubmission(text, () => ({ width: 64, height: 64 }));
  const pages = [
    { name: "stack.tif#1", id: "stack#1", bytes: stack, page: 0 },
    { name: "stack.tif#2", id: "stack#2", bytes: stack, page: 1 },
    // Two images have the name a.png.
    { name: "w1/a.png", id: "w1/a", bytes: await Deno.readFile(join(out, "w1/a_labels.tif")), page: 0 },
  ];
  for (const { name, id, bytes, page } of pages) {
    const labels = await decodeLabels(bytes, name, { page });
    const areas = objectColumn(measureObjects(labels, undefined, { pixelSize: 0.5 }), "area");
    const found = rows.filter(([image]) => image === name).map((row) => Number(row[header.indexOf("area_um2")]));
    assert.ok(found.length > 0);
    assert.deepEqual(found, [...areas]);
    assert.deepEqual([...submission.get(id)!.data], [...labels.data]);
  }

  // A grey image has no values in the columns of a colour image.
  const column = (image: string, name: string) => rows.find((row) => row[0] === image)![header.indexOf(name)];
  assert.equal(column("w1/a.png", "intensity_mean-0"), "");
  assert.notEqual(column("colour.png", "intensity_mean-0"), "");
  assert.equal(column("colour.png", "intensity_mean"), "");

  const map = await decodeImage(await Deno.readFile(join(out, "w1/a_probability.tif")), "map");
  assert.deepEqual([map.bits, map.width, map.pixelSize], [32, 64, 0.5]);
  const summary = (await Deno.readTextFile(join(out, "summary.csv"))).trim().split("\r\n");
  assert.deepEqual(summary.slice(1).map((line) => line.split(",")[0]).sort(), [
    "colour.png",
    "stack.tif#1",
    "stack.tif#2",
    "w1/a.png",
    "w2/a.png",
  ]);

  // Flagged images come first in the report, which needs no other file.
  const report = await Deno.readTextFile(join(out, "report.html"));
  const titles = [...report.matchAll(/<h[23]>([^<]*)</g)].map(([, title]) => title);
  assert.ok(titles.indexOf("colour.png") < titles.indexOf("Distributions"), titles.join());
  assert.match(report, /it is in colour, the training images are grey/);
  assert.match(report, /Not segmented[^]*broken\.png cannot be read/);
  assert.doesNotMatch(report, /(src|href)="(?!data:)/);
});

Deno.test("predict keeps the objects of a finished image, makes lost files again, and replaces no file of others", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = await prepare(root), out = join(root, "out");
  const run = (...args: string[]) =>
    runTask("predict", model, join(root, "in/w*/*.png"), "--output", out, "--write", "labels,table", ...args);
  const first = await run();
  assert.equal(first.code, 0, first.error);
  const names = filesIn(out), read = () => Promise.all(names.map((name) => Deno.readFile(join(out, name))));
  const made = await read(), old = new Date(2020, 1, 1);
  for (const name of names) await Deno.utime(join(out, name), old, old);
  await Deno.remove(join(out, "w2/a_labels.tif"));
  const second = await run();
  assert.match(second.out, /Kept the masks of 1 image already segmented/);
  assert.deepEqual(await read(), made);
  const times = await Promise.all(names.map(async (name) => (await Deno.stat(join(out, name))).mtime?.getTime()));
  assert.deepEqual(names.filter((_, i) => times[i] !== old.getTime()), ["w2/a_labels.tif"]);

  // Files of other settings are never taken for new ones.
  const connected = await run("--connected");
  assert.match(connected.out, /2 images: connected pixels with a probability above 0\.5 are an object/);
  const joined = await read();
  // In code an image has the same objects.
  using segmenter = await openSegmenter(model);
  const image = await readImage(join(root, "in/w1/a.png"));
  for (const [files, options] of [[made, {}], [joined, { connected: true }]] as const) {
    const written = await decodeLabels(files[names.indexOf("w1/a_labels.tif")], "w1/a_labels.tif");
    assert.deepEqual((await segmenter.segment(image, options)).labels.data, written.data);
  }
  assert.equal((await run()).code, 0);
  assert.deepEqual(await read(), made);
  assert.notDeepEqual(joined, made);

  // None of the files is an image to segment.
  const again = await runTask("predict", model, out, "--output", join(root, "again"));
  assert.match(again.error, /Left out, because predict wrote them: \S+a_labels\.tif, /);
  assert.deepEqual(filesIn(join(root, "again")), []);

  const plan = () =>
    planImages(
      [{ path: join(root, "in/w1/a.png"), place: "w1/a.png", found: true }],
      out,
      [],
      new Set(["labels", "table"]),
    );
  assert.equal((await plan())[0].name, "w1/a");
  for (const name of ["objects.csv", "w1/a_labels.tif"]) {
    const before = await Deno.readFile(join(out, name));
    await write(out, { [name]: "changed by hand" });
    await assert.rejects(plan(), new RegExp(`${basename(name)} exists already, and predict did not write it`));
    await Deno.writeFile(join(out, name), before);
  }
  const moved = await planImages(
    [{ path: join(root, "in/w2/a.png"), place: "w1/a.png", found: true }],
    out,
    [],
    new Set(["labels"]),
  ).catch((error) => error);
  assert.match(String(moved), /a_labels\.tif is the result of another image, segmented before/);
});

Deno.test("the ids of a submission suit the images of each command, whatever images an earlier one had", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = await prepare(root), out = join(root, "out");
  await Deno.rename(join(root, "in/colour.png"), join(root, "in/w2/b.png"));
  const ids = async (...images: string[]) => {
    const paths = images.map((image) => join(root, "in", image));
    const { code, error } = await runTask("predict", model, ...paths, "--output", out, "--write", "submission");
    assert.equal(code, 0, error);
    const lines = (await Deno.readTextFile(join(out, "submission.csv"))).trim().split("\n").slice(1);
    return [...new Set(lines.map((line) => line.split(",")[0]))];
  };
  assert.deepEqual(await ids("w1/a.png", "w2/b.png"), ["a", "b"]);
  assert.deepEqual(await ids("w1/a.png", "w2/b.png", "w2/a.png"), ["w1/a", "w2/b", "w2/a"]);
  assert.deepEqual(await ids("w1/a.png", "w2/b.png"), ["a", "b"]);
});

Deno.test("joinSubmissions() adds the ids of images, and refuses an id of two images", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "part.csv");
  const joined = async (...parts: { id: string; path: string }[]) =>
    (await Array.fromAsync(joinSubmissions(parts))).join("");
  await Deno.writeTextFile(path, "#1,1 2\n#1,7 1\n#2,\n");
  assert.equal(
    await joined({ id: "a,b", path }),
    'ImageId,EncodedPixels\n"a,b#1",1 2\n"a,b#1",7 1\n"a,b#2",\n',
  );
  await assert.rejects(joined({ id: "a", path }, { id: "a", path }), /Two images of the submission have the id "a#1"/);
  // The pages of a.tif are a#1 and a#2.
  const found = (name: string) => ({ path: join(folder.path, name), place: name, found: true });
  const planned = await planImages([found("w1/a.tif"), found("w2/a#1.png")], folder.path, [], new Set());
  assert.deepEqual(planned.map(({ id }) => id), ["w1/a", "w2/a#1"]);
});

Deno.test("a product that cannot be made leaves the others of its image", async () => {
  const encoder = new ProductEncoder(new Set(["labels", "rois", "table", "overlay", "probability"]), {
    name: "w1/a",
    shown: "w1/a.tif",
    pages: 2,
    classNames: [],
    planes: [""],
  });
  for (const height of [64, 48]) {
    const length = 64 * height, probabilities = new Float32Array(length).fill(0.75);
    const image = { width: 64, height, channels: 1, bits: 8, data: new Uint8Array(length) } as const;
    const labels = { width: 64, height, data: new Uint16Array(length).fill(1) };
    await encoder.add({ width: 64, height, image, labels, probabilities, map: probabilities, count: 1 });
  }
  const { files, rows, problems } = encoder.finish();
  assert.deepEqual([...problems.keys()], ["labels", "probability"]);
  assert.equal(rows.length, 2);
  const expected = [".predict/w1/a.objects.csv", "w1/a#1_overlay.png", "w1/a#2_overlay.png", "w1/a_rois.zip"];
  assert.deepEqual([...files.keys()].sort(), expected);
});

Deno.test("a damaged record and a bad image fail alone, and the tables stay if no image is complete", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = await prepare(root), out = join(root, "out");
  const run = (images: string[]) => {
    const paths = images.map((image) => join(root, image));
    return runTask("predict", model, ...paths, "--output", out, "--write", "labels,table");
  };
  const images = ["in/w1/a.png", "in/w2/a.png"];
  const first = await run([...images, "in/stack.tif"]);
  assert.equal(first.code, 0, first.error);
  const table = await Deno.readTextFile(join(out, "objects.csv"));
  // The tables of an earlier command stay if no image is complete.
  const broken = await run(["in/broken.png", "in/w1/missing.png"]);
  assert.equal(broken.code, 1);
  assert.match(broken.error, /No image is complete, so objects\.csv, summary\.csv were not written/);
  assert.equal(await Deno.readTextFile(join(out, "objects.csv")), table);

  await write(out, { ".predict/w1/a.image.json": "damaged" });
  const second = await run([...images, "in/colour.png"]);
  assert.equal(second.code, 1);
  assert.match(
    second.error,
    /1 image could not be segmented:\n.*w1\/a\.png is not segmented: .*a\.image\.json is damaged/,
  );
  assert.deepEqual(filesIn(out).filter((name) => name.endsWith("_labels.tif")), [
    "colour_labels.tif",
    "stack_labels.tif",
    "w1/a_labels.tif",
    "w2/a_labels.tif",
  ]);
  // The output folder as a folder of images.
  await write(out, { "new.png": await Deno.readFile(join(root, "in/w1/a.png")) });
  const other = await runTask("predict", model, out, "--output", join(root, "other"));
  assert.equal(other.code, 0, other.error);
  assert.match(other.error, /w1\/a_labels\.tif is left out, because predict may have written it: \S+ is damaged/);
  assert.deepEqual(filesIn(join(root, "other")), ["new_mask.png"]);
});

Deno.test("expandGlobs() finds the files of a pattern, and takes a path that exists as it is", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "[plates]");
  await write(root, { "w1/a.png": "", "w1/b.tif": "", "w1/.c.png": "", "w2/deep/a.png": "", "x*.png": "" });
  const expand = async (...given: string[]) =>
    (await expandGlobs(given.map((path) => join(root, path))))
      .flatMap((each) => typeof each === "string" ? [each] : each.paths).map((path) => relative(root, path));
  assert.deepEqual(await expand("w*/*.png"), ["w1/a.png"]);
  assert.deepEqual(await expand("**/*.png"), ["w1/a.png", "w2/deep/a.png", "x*.png"]);
  assert.deepEqual(await expand("w1/*", "x*.png", "missing.png"), ["w1/a.png", "w1/b.tif", "x*.png", "missing.png"]);
  await assert.rejects(expand("w1/*.gif"), /Nothing matches \S+w1\/\*\.gif: check the folder and the pattern/);
});

Deno.test("the options of objects refuse unknown words and numbers out of range", async () => {
  const options = async (...args: string[]) => (await readLine(predictCommand, ["model", "a.png", ...args])).options;
  const { write, percentiles } = await options(
    "--write",
    "labels, rois",
    "--write",
    "table",
    "--percentiles",
    "0.5,99",
  );
  assert.deepEqual([write, percentiles], [["labels", "rois", "table"], [0.5, 99]]);
  assert.deepEqual((await options()).write, []);
  await assert.rejects(options("--write", "label"), /--write has "label": choose .* \(did you mean labels\?\)/);
  await assert.rejects(
    options("--percentiles", "99,1"),
    /--percentiles is "99,1": give two rising numbers from 0 to 100/,
  );
  await assert.rejects(options("--pixel-size", "0"), /--pixel-size is "0": give a number above 0, in µm/);
});
