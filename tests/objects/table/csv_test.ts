import assert from "node:assert/strict";
// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvParse } from "d3-dsv";
import { measureObjects, objectColumn, objectCsv, objectCsvHeader, summarizeObjects, summaryCsv } from "lib/objects";

const labels = { width: 6, height: 2, data: Uint16Array.of(1, 1, 0, 7, 7, 7, 1, 0, 0, 7, 0, 7) };
const data = Uint16Array.from({ length: 12 }, (_, i) => 1000 * i + 1);
const image = { width: 6, height: 2, channels: 1, bits: 16, data } as const;

Deno.test("objectCsv() writes every number so that it is read back exactly", () => {
  const table = measureObjects(labels, image);
  const rows = csvParse(objectCsv(table));
  assert.equal(rows.length, 2);
  for (const name of table.columns.keys()) {
    assert.deepEqual(rows.map((row) => Number(row[name])), [...objectColumn(table, name)], name);
  }
});

Deno.test("objectCsv() ends each line with CR and LF, and is ASCII", () => {
  const text = objectCsv(measureObjects(labels, image, { pixelSize: 0.325 }));
  assert.equal(text.split("\r\n").length, 4);
  assert.ok(text.endsWith("\r\n"));
  assert.doesNotMatch(text.replaceAll("\r\n", ""), /[^ -~]/);
});

Deno.test("objectCsvHeader() gives lengths and areas their unit where the size of a pixel is known", () => {
  const header = objectCsvHeader(measureObjects(labels, image, { pixelSize: 0.325 }));
  assert.deepEqual(header.filter((name) => name.includes("_um")), [
    "area_um2",
    "centroid-0_um",
    "centroid-1_um",
    "axis_major_length_um",
    "axis_minor_length_um",
    "perimeter_um",
    "equivalent_diameter_area_um",
    "feret_diameter_max_um",
  ]);
  assert.ok(objectCsvHeader(measureObjects(labels, image)).every((name) => !name.includes("_um")));
});

Deno.test("objectCsv() leaves measures empty that an object does not have", () => {
  const table = measureObjects(labels, undefined, { pixelSize: [1, 2] });
  assert.deepEqual(csvParse(objectCsv(table)).map(({ perimeter_um }) => perimeter_um), ["", ""]);
});

Deno.test("objectCsv() names the image in the first column, whatever its name", () => {
  for (const name of ["a.tif", "a,b.tif", 'say "a".tif', "a\nb.tif", "µm é.tif"]) {
    const [row] = csvParse(objectCsv(measureObjects(labels), { image: name }));
    assert.deepEqual([row.image, row.label], [name, "1"]);
  }
  assert.match(objectCsv(measureObjects(labels), { image: "=1+1.tif", header: false }), /^'=1\+1\.tif,1,/);
});

Deno.test("objectCsv() of an image without objects is the header alone", () => {
  const empty = measureObjects({ width: 1, height: 1, data: Uint16Array.of(0) });
  assert.equal(objectCsv(empty).split("\r\n").length, 2);
  assert.equal(objectCsv(empty, { header: false }), "");
});

Deno.test("summarizeObjects() counts per megapixel, and per mm² where the size of a pixel is known", () => {
  const probabilities = Float32Array.of(1, 1, 0.25, 0.75, 0.8, 0.9, 1, 0, 0, 1, 0.5, 1);
  const plain = summarizeObjects(measureObjects(labels), { width: 6, height: 2, probabilities });
  assert.deepEqual(
    [plain.count, plain.medianPixels, plain.foregroundShare, plain.uncertainShare],
    [2, 4, 8 / 12, 3 / 12],
  );
  assert.ok(Math.abs(plain.perMegapixel - 2e6 / 12) < 1e-6);
  assert.ok(Math.abs(plain.meanProbability! - 8.2 / 12) < 1e-6);
  assert.equal(plain.perSquareMillimetre, undefined);
  const sized = summarizeObjects(measureObjects(labels, undefined, { pixelSize: 10 }), { width: 6, height: 2 });
  assert.deepEqual([sized.medianPixels, sized.medianArea], [4, 400]);
  // 12 pixels of 100 µm² are 0.0012 mm².
  assert.ok(Math.abs(sized.perSquareMillimetre! - 2 / 0.0012) < 1e-6);
  assert.equal(sized.meanProbability, undefined);
});

Deno.test("summarizeObjects() refuses probabilities of another size", () => {
  const table = measureObjects(labels);
  assert.throws(
    () => summarizeObjects(table, { width: 6, height: 2, probabilities: new Float32Array(3) }),
    {
      name: "OptionError",
      message: /^There are 3 probabilities for 6 × 2 pixels: give that of foreground, one for each/,
    },
  );
});

Deno.test("summaryCsv() has the same columns for images with and without a pixel size", () => {
  const size = { width: 6, height: 2 };
  const plain = summarizeObjects(measureObjects(labels), size);
  const sized = summarizeObjects(measureObjects(labels, undefined, { pixelSize: 10 }), size);
  const rows = csvParse(summaryCsv([
    { image: "a.tif", ...plain, farFromTraining: [] },
    { image: "b.tif", ...sized, farFromTraining: ["it has 16 bits, the training images 8", "it is grey"] },
    { image: "c.tif", ...plain },
    { image: "d.tif", ...plain, warning: "probably an empty field", farFromTraining: ["it is grey"] },
  ]));
  assert.deepEqual(rows.map((row) => [row.median_area, row.median_area_um2]), [["4", ""], ["4", "400"], ["4", ""], [
    "4",
    "",
  ]]);
  assert.deepEqual(rows.map((row) => row.far_from_training), ["0", "1", "", "1"]);
  assert.equal(rows[1].notes, "it has 16 bits, the training images 8; it is grey");
  assert.deepEqual([rows[2].notes, rows[3].notes], ["", "probably an empty field; it is grey"]);
});

Deno.test("summaryCsv() notes the objects of a large image that are missing", () => {
  const summary = summarizeObjects(measureObjects(labels), { width: 6, height: 2 });
  const row = { image: "a.tif", ...summary, farFromTraining: ["it is grey"], sizeNotes: ["1 object is missing"] };
  const [{ notes, far_from_training }] = csvParse(summaryCsv([row]));
  assert.deepEqual([notes, far_from_training], ["it is grey; 1 object is missing", "1"]);
});

Deno.test("objectCsv() names the class of each object", () => {
  const { columns, ...table } = measureObjects(labels);
  const withClass = { ...table, columns: new Map([...columns, ["class", Float64Array.of(2, 1)]]) };
  const rows = csvParse(objectCsv(withClass, { image: "a.tif", classNames: ["round", "long, thin"] }));
  assert.deepEqual(rows.map((row) => [row.image, row.label, row.class, row.class_name]), [
    ["a.tif", "1", "2", "long, thin"],
    ["a.tif", "7", "1", "round"],
  ]);
  assert.ok(!objectCsv(measureObjects(labels), { classNames: ["round"] }).includes("class"));
});

Deno.test("summaryCsv() counts the objects of each class, where there are classes", () => {
  const summary = summarizeObjects(measureObjects(labels), labels);
  const rows = csvParse(summaryCsv([
    { image: "a", ...summary, classCounts: { round: 2, long: 0 } },
    { image: "b", ...summary },
  ]));
  assert.deepEqual(rows.map(({ count_round, count_long }) => [count_round, count_long]), [["2", "0"], ["", ""]]);
  assert.ok(!summaryCsv([{ image: "b", ...summary }]).includes("count_"));
});

Deno.test("numbers of pixels are whole where areas are in µm²", () => {
  for (let pixels = 1; pixels < 400; pixels++) {
    const one = { width: 400, height: 1, data: new Uint16Array(400).fill(1, 0, pixels) };
    const { medianPixels, foregroundShare } = summarizeObjects(
      measureObjects(one, undefined, { pixelSize: 0.325 }),
      one,
    );
    assert.deepEqual([medianPixels, foregroundShare], [pixels, pixels / 400]);
  }
});
