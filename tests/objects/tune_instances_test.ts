import assert from "node:assert/strict";
import { compareObjects, scoreObjects } from "lib/evaluate";
import { DEFAULT_GRIDS, instancesFromBorder, instancesFromForeground, tuneInstances } from "lib/objects";
import { drawBlobs } from "./blobs.ts";

const images = [1, 2].map((seed) => drawBlobs(70, 60, 14, seed));
const labels = images.map(({ width, height, truth }) => ({ width, height, data: truth }));

Deno.test("the best parameters of the foreground score best in a table of all combinations", () => {
  const maps = images.map(({ foreground }) => foreground);
  const { parameters, score, table } = tuneInstances("foreground", maps, labels);
  const { threshold, prominence, minArea } = DEFAULT_GRIDS.foreground;
  assert.equal(table.length, threshold.length * prominence.length * minArea.length);
  assert.equal(score, Math.max(...table.map((row) => row.score)));
  for (const row of [{ parameters, score }, table[0], table.at(-1)!]) {
    const compared = maps.map((map, i) =>
      compareObjects(labels[i].data, instancesFromForeground(map, labels[i], row.parameters).labels.data)
    );
    assert.ok(Math.abs(scoreObjects(compared).imageMeanPrecision - row.score) < 1e-12);
  }
});

Deno.test("the best parameters of borders are found too, and a given grid is used", () => {
  const maps = images.map(({ border }) => border);
  const { parameters, score, table } = tuneInstances("border", maps, labels, {
    grid: { threshold: [0.5], interior: [0.4], prominence: [1], minInterior: [0, 40], minArea: [0] },
  });
  assert.deepEqual(table.map(({ parameters }) => parameters.minInterior), [0, 40]);
  assert.equal(parameters.minInterior, 0);
  const compared = maps.map((map, i) =>
    compareObjects(labels[i].data, instancesFromBorder(map, labels[i], parameters).labels.data)
  );
  assert.ok(Math.abs(scoreObjects(compared).imageMeanPrecision - score) < 1e-12);
});

Deno.test("empty images score by the convention, and empty grids are refused", () => {
  const none = { width: 2, height: 1, data: new Uint16Array(2) }, map = [0, 0];
  for (const [empty, score] of [["one", 1], ["zero", 0]] as const) {
    assert.equal(tuneInstances("foreground", [map], [none], { empty }).score, score);
  }
  assert.throws(() => tuneInstances("foreground", [map], [none], { grid: { minArea: [] } }), /minArea has no values/);
  assert.throws(() => tuneInstances("foreground", [], []), /0 maps and 0 label images: give a map for each/);
});

Deno.test("maps of another size and parameters outside their range are refused", () => {
  const size = { width: 2, height: 1, data: Uint16Array.of(0, 1) };
  for (const [kind, pixels] of [["foreground", 3], ["border", 2]] as const) {
    assert.throws(() => tuneInstances(kind, [new Float32Array(pixels)], [size]), {
      name: "RangeError",
      message: new RegExp(`The probability map has ${pixels} values: give 2 × 1`),
    });
  }
  const cases = [[{ threshold: [0.5, 1.5] }, /threshold is 1\.5: give 0 to 1/], [
    { prominence: [-1] },
    /prominence is -1: give 0 to 1/,
  ], [{ minArea: [-3] }, /minArea is -3: give 0 or more pixels/]] as const;
  for (const [grid, message] of cases) {
    assert.throws(() => tuneInstances("foreground", [[0, 1]], [size], { grid }), { name: "OptionError", message });
  }
});
