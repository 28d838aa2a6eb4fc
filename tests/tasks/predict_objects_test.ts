import assert from "node:assert/strict";
import { join } from "node:path";
import { createTask } from "lib/task";
import { createModel, openSegmenter, saveModel, type Segmenter } from "lib";
import { UserError } from "lib/io/user_error.ts";
import { measureObjects, objectCsv } from "lib/objects";
import { readRun, writeRun } from "lib/runs/run_store.ts";
import { describePage } from "../../tasks/predict/files/describe_page.ts";
import { joinTables } from "../../tasks/predict/files/join_tables.ts";
import { findProduct, readRecord, writeRecord } from "../../tasks/predict/files/record.ts";
import { objectFinder } from "../../tasks/predict/find_objects.ts";
import { digest } from "../../tasks/predict/result_mark.ts";
import { distributionCharts } from "../../tasks/predict/report/distribution_charts.ts";
import { tunedParameters } from "../../tasks/predict/tuned_parameters.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

/** A segmenter of foreground, as far as finding objects needs it. */
const segmenter = { task: "foreground", taskDefinition: createTask({}), threshold: 0.4 } as Segmenter;

Deno.test("objects are found with the parameters that the run tuned, and --threshold replaces its own", async () => {
  await using folder = await temporaryFolder();
  const study = "results/committed/quick";
  const [{ name }] = [...Deno.readDirSync(study)].filter(({ name }) => name.includes("fold1"));
  const record = (await readRun(join(study, name)))!;
  const tuned = { parameters: { threshold: 0.6, prominence: 0.25, minArea: 3 }, score: 0.5 };
  const objects = { tuned, scores: {}, imagePrecisions: {}, testScores: {}, testPrecisions: {} };
  await writeRun(folder.path, { ...record, objects });
  const find = async (options: { threshold?: number; connected?: boolean }, file = "model.safetensors") =>
    await objectFinder(segmenter, join(folder.path, file), { connected: false, ...options });
  assert.deepEqual((await find({})).parameters, tuned.parameters);
  assert.deepEqual(await tunedParameters(segmenter, join(folder.path, "model.safetensors"), {}), tuned.parameters);
  assert.deepEqual((await find({ threshold: 0.3 })).parameters, { ...tuned.parameters, threshold: 0.3 });
  assert.deepEqual((await find({}, "other.safetensors")).parameters, { threshold: 0.4 });
  // Two squares that touch in one pixel, above the model's threshold alone.
  const map = new Float32Array(13 * 6);
  for (let i = 0; i < map.length; i++) if (i % 13 !== 6 || Math.floor(i / 13) === 2) map[i] = 0.5;
  const size = { width: 13, height: 6 };
  assert.equal((await find({}, "other.safetensors")).find(map, size).count, 2);
  assert.equal((await find({ connected: true })).find(map, size).count, 1);
  assert.equal((await find({})).find(map, size).count, 0);
});

Deno.test("a copied model finds objects with the parameters in its file, and a damaged record is not passed over", async () => {
  await using folder = await temporaryFolder();
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  const objectParameters = { threshold: 0.6, prominence: 0.25, minArea: 3 };
  const path = join(folder.path, "model.safetensors");
  await saveModel(path, model, { normalization: "robust", threshold: 0.4, objectParameters });
  model.dispose();
  await Deno.writeTextFile(join(folder.path, "run.json"), '{ "config": ');
  using opened = await openSegmenter(path);
  assert.deepEqual((await objectFinder(opened, path, { connected: false })).parameters, objectParameters);
  await assert.rejects(objectFinder(segmenter, path, { connected: false }), /run\.json is damaged \(it is not JSON\)/);
});

Deno.test("options that change nothing of a model's objects are refused", async () => {
  const of = (task: "border" | "classes") =>
    ({ task, taskDefinition: createTask({ task, classNames: ["background", "a"] }), threshold: 0.5 }) as Segmenter;
  await assert.rejects(objectFinder(of("border"), "model", { connected: true }), {
    name: "ConfigError",
    message: /^model predicts the borders .* so --connected changes nothing: leave it out/,
  });
  await assert.rejects(objectFinder(of("classes"), "model", { connected: false, threshold: 0.4 }), {
    name: "ConfigError",
    message: /^model gives each pixel its most probable class, so --threshold 0.4 changes nothing: leave it out/,
  });
});

Deno.test("objects have the class of their pixels, in the table and for other programs", () => {
  const labels = {
    width: 4,
    height: 1,
    data: Uint16Array.of(1, 0, 2, 2),
    classes: Uint8Array.of(2, 0, 1, 1),
  };
  const { table, classes, describe } = describePage(labels, measureObjects(labels), ["round", "long"]);
  assert.match(objectCsv(table), /,class\r\n1,.*,2\r\n2,.*,1\r\n$/);
  assert.deepEqual(classes.map(({ name }) => name), ["round", "long"]);
  assert.deepEqual([1, 2].map((label) => describe(label).class), [1, 0]);
  assert.equal(describe(2).measurements?.area, 2);
  const { classCounts } = describePage(labels, measureObjects(labels), ["round", "long", "dead"]);
  assert.deepEqual(classCounts, { round: 1, long: 1, dead: 0 });
  // Where an object lies is in its outline, also where the names of columns end with a unit.
  const inMicrometres = describePage(labels, measureObjects(labels, undefined, { pixelSize: 0.5 }), ["round", "long"]);
  const measured = Object.keys(inMicrometres.describe(2).measurements!);
  assert.ok(measured.includes("area_um2") && !measured.some((name) => name.startsWith("centroid")), measured.join());
  const { classes: _, ...plain } = labels;
  const without = describePage(plain, measureObjects(plain), []);
  assert.ok(!without.table.columns.has("class"));
  assert.equal(without.describe(1).class, undefined);
});

Deno.test("tables of images with other columns are joined, with empty cells", async () => {
  await using folder = await temporaryFolder();
  const paths = ["a", "b"].map((name) => join(folder.path, name));
  const labels = { width: 2, height: 1, data: Uint16Array.of(1, 2) };
  const table = (pixelSize?: number) => measureObjects(labels, undefined, { pixelSize });
  // A name may have what separates cells and lines.
  await Deno.writeTextFile(paths[0], objectCsv(table(), { image: 'a,"\n.tif' }));
  await Deno.writeTextFile(paths[1], objectCsv(table(0.5), { image: "label" }));
  const joined = (await Array.fromAsync(joinTables(paths))).join("");
  const [header, ...rows] = joined.replaceAll('"a,""\n.tif"', "first").trim().split("\r\n").map((line) =>
    line.split(",")
  );
  const cells = (name: string) => rows.map((row) => row[header.indexOf(name)]);
  assert.deepEqual(cells("image"), ["first", "first", "label", "label"]);
  assert.deepEqual(cells("area"), ["1", "1", "", ""]);
  assert.deepEqual(cells("area_um2"), ["", "", "0.25", "0.25"]);
  assert.deepEqual(cells("label"), ["1", "2", "1", "2"]);
  assert.deepEqual(await Array.fromAsync(joinTables([])), []);

  // Where a size is missing, areas are compared in pixels.
  const row = { image: "a", count: 2, perMegapixel: 1e6, medianPixels: 1, foregroundShare: 1 };
  const known = { ...row, perSquareMillimetre: 4e6 };
  const charts = await distributionCharts([{ path: paths[0], rows: [row] }, { path: paths[1], rows: [known] }]);
  assert.match(charts.at(-1)!.description, /^Area \(pixels\): 1\.00 in the mean of 4 objects/);
  const [chart] = await distributionCharts([{ path: paths[1], rows: [known] }]);
  assert.match(chart.description, /^Area \(µm²\): 0\.250 in the mean of 2 objects/);
});

Deno.test("tables that are longer than a string can be are joined and charted piece by piece", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a"), count = 3000, row = { image: "a", count, perMegapixel: 1e6, foregroundShare: 1 };
  const labels = { width: count, height: 1, data: Uint16Array.from({ length: count }, (_, k) => k + 1) };
  // A name with line breaks and quotation marks, of which every row has an odd number before the first break.
  const table = objectCsv(measureObjects(labels), { image: 'a"\r\n"b,"\nc.tif' });
  await Deno.writeTextFile(path, table);
  const { readTextFile } = Deno;
  Deno.readTextFile = () => Promise.reject(new TypeError("buffer exceeds maximum length"));
  try {
    const pieces = await Array.fromAsync(joinTables([path, path]));
    assert.ok(Math.max(...pieces.map(({ length }) => length)) < 70_000);
    assert.equal(pieces.join(""), table + table.slice(table.indexOf("\r\n") + 2));
    const [chart] = await distributionCharts([{ path, rows: [{ ...row, medianPixels: 1 }] }]);
    assert.match(chart.description, /^Area \(pixels\): 1\.00 in the mean of 3,?000 objects/);
  } finally {
    Deno.readTextFile = readTextFile;
  }
});

Deno.test("a file is taken for a result only if its record lists its content", async () => {
  await using folder = await temporaryFolder();
  const output = folder.path, source = { content: "c", place: "p" }, mark = { key: "k", source };
  const path = join(output, "a_labels.tif");
  const look = async (changes: Partial<typeof mark> = {}) =>
    await findProduct(output, "a_labels.tif", await readRecord(output, "a"), { ...mark, ...changes });
  assert.equal(await look(), "nothing");
  await Deno.writeTextFile(path, "labels");
  assert.equal(await look(), "something else");
  const contents = [await digest("earlier"), await digest("labels")];
  const files = { "a_labels.tif": { key: "k", contents } };
  await writeRecord(output, "a", { ...mark, precision: "float32", files, rows: [] });
  assert.equal(await look(), "this");
  assert.equal(await look({ key: "other" }), "another result");
  assert.equal(await look({ source: { content: "c", place: "moved" } }), "this");
  assert.equal(await look({ source: { content: "other", place: "other" } }), "another image's result");
  // A stopped command may leave the content of other settings.
  await Deno.writeTextFile(path, "earlier");
  assert.equal(await look(), "another result");
  await Deno.writeTextFile(join(output, ".predict/a.image.json"), "{}");
  await assert.rejects(look(), UserError);
});
