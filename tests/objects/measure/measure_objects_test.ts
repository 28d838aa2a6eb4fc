import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { OptionError } from "lib/io/option_error.ts";
import { measureObjects, objectColumn, traceOutlines } from "lib/objects";
import { makePicture, manyLabels, type ObjectCase, unpackRuns } from "./object_cases.ts";

const folder = new URL("../../fixtures/", import.meta.url);
const { script, cases, many }: {
  script: string;
  cases: ObjectCase[];
  many: { count: number; sums: Record<string, number> };
} = JSON.parse(await Deno.readTextFile(new URL("objects.json", folder)));

/** Largest relative difference from scikit-image. */
const TOLERANCE = 1e-6;

/** Asserts that a column equals scikit-image's, except for rounding errors where the true value is 0. */
function assertColumn(name: string, ours: Float64Array, theirs: number[], axes: number[], roundness: number[]): void {
  assert.equal(ours.length, theirs.length, name);
  for (const [k, value] of theirs.entries()) {
    let difference = Math.abs(ours[k] - value), scale = Math.abs(value);
    if (name === "orientation") {
      // A circle has no direction. An axis has the same direction at −π/2 and at π/2.
      if (roundness[k] <= 1e-3) continue;
      difference = Math.min(difference, Math.abs(Math.PI - difference));
      scale = 1;
    }
    // The rounding errors of a line's width grow with its length, those of an eccentricity with 1.
    if (name === "axis_minor_length") scale = axes[k];
    if (name === "eccentricity") scale = 1;
    assert.ok(difference <= TOLERANCE * scale, `${name} of object ${k}: ${ours[k]}, scikit-image ${value}`);
  }
}

Deno.test("the objects' fixtures come from the script beside them", () => {
  const text = Deno.readTextFileSync(new URL("make_object_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(text).digest("hex"), "run make_object_fixtures.py again");
});

for (const { name, width, height, runs, image, spacing, columns } of cases) {
  Deno.test(`measureObjects() equals scikit-image: ${name}`, () => {
    const labels = { width, height, data: unpackRuns(runs, width * height) };
    const picture = image ? makePicture(image, width, height) : undefined;
    const table = measureObjects(labels, picture, spacing ? { pixelSize: spacing } : {});
    for (const [column, values] of Object.entries(columns)) {
      assertColumn(column, objectColumn(table, column), values, columns.axis_major_length, columns.eccentricity);
    }
    const names = [...table.columns.keys()];
    assert.deepEqual(names.filter((column) => !(column in columns) && column !== "touches_border"), [
      ...(columns.perimeter ? [] : ["perimeter"]),
    ]);
  });
}

Deno.test("measureObjects() equals scikit-image for 70,000 objects with gaps in their numbers", () => {
  const labels = manyLabels();
  const table = measureObjects(labels, makePicture("16", labels.width, labels.height));
  assert.equal(table.count, many.count);
  assert.ok(table.count > 65_535);
  for (const [name, sum] of Object.entries(many.sums)) {
    // Half of the objects are single pixels, without a direction.
    if (name === "orientation") continue;
    const ours = objectColumn(table, name).reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(ours - sum) <= TOLERANCE * Math.max(1, Math.abs(sum)), `${name}: ${ours}, scikit-image ${sum}`);
  }
});

Deno.test("measureObjects() gives the same for labels of 16 and of 32 bits", () => {
  const { width, height, runs } = cases[0];
  const data = unpackRuns(runs, width * height);
  assert.deepEqual(
    measureObjects({ width, height, data: Uint16Array.from(data) }),
    measureObjects({ width, height, data }),
  );
});

Deno.test("measureObjects() marks objects that touch the image's border", () => {
  const data = Uint16Array.from([1, 0, 0, 0, 0, /**/ 0, 0, 2, 0, 3, /**/ 0, 0, 0, 0, 0, /**/ 0, 0, 4, 0, 0]);
  const table = measureObjects({ width: 5, height: 4, data });
  assert.deepEqual([...objectColumn(table, "touches_border")], [1, 0, 1, 1]);
});

Deno.test("measureObjects() takes the image as it is", () => {
  const labels = { width: 3, height: 1, data: Uint16Array.of(1, 1, 1) };
  const data = Uint16Array.of(60_000, 7, 65_535);
  const table = measureObjects(labels, { width: 3, height: 1, channels: 1, bits: 16, data });
  const value = (name: string) => objectColumn(table, name)[0];
  assert.deepEqual([value("intensity_min"), value("intensity_max"), value("intensity_median")], [7, 65_535, 60_000]);
  assert.deepEqual([...data], [60_000, 7, 65_535]);
});

Deno.test("measureObjects() leaves the perimeter empty where pixels are not square", () => {
  const table = measureObjects({ width: 1, height: 1, data: Uint16Array.of(1) }, undefined, { pixelSize: [2, 1] });
  assert.ok(Number.isNaN(objectColumn(table, "perimeter")[0]));
  assert.equal(objectColumn(table, "area")[0], 2);
});

Deno.test("measureObjects() refuses an image of another size, and a pixel size that is not positive", () => {
  const labels = { width: 2, height: 1, data: Uint16Array.of(1, 0) };
  const image = { width: 1, height: 2, channels: 1, bits: 8, data: Uint8Array.of(1, 2) } as const;
  assert.throws(
    () => measureObjects(labels, image),
    new OptionError(
      "The image has 1 × 2 pixels, but its label image 2 × 1: give images of one size",
    ),
  );
  for (const pixelSize of [0, -1, NaN, Infinity, [1, 0] as const]) {
    assert.throws(() => measureObjects(labels, undefined, { pixelSize }), OptionError);
  }
});

Deno.test("objectColumn() lists the columns if there is none of that name", () => {
  const table = measureObjects({ width: 1, height: 1, data: Uint16Array.of(0) });
  assert.throws(() => objectColumn(table, "Area"), /There is no column "Area": choose one of label, area, bbox-0/);
});

Deno.test("labels and images of another length than their size are refused", () => {
  const size = { width: 3, height: 2 } as const, labels = { ...size, data: Uint16Array.of(1, 1, 0, 2) };
  for (const work of [() => measureObjects(labels), () => traceOutlines(labels)]) {
    assert.throws(work, { name: "RangeError", message: "The label image has 4 values: give 3 × 2" });
  }
  const image = { ...size, channels: 3, bits: 8, data: new Uint8Array(6) } as const;
  assert.throws(() => measureObjects({ ...size, data: new Uint16Array(6) }, image), {
    name: "RangeError",
    message: "The image has 6 values: give 3 × 2 × 3",
  });
});
