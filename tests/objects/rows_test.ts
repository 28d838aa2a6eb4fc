import assert from "node:assert/strict";
import { compareObjects } from "lib/evaluate";
import { type Image, imageSource } from "lib/images";
import {
  findInstances,
  type LabeledObjects,
  measureObjects,
  type Outline,
  RowLabeler,
  type RowLabelerOptions,
  type Rows,
  sweepObjects,
  traceOutlines,
} from "lib/objects";
import { moveOutline } from "lib/objects/outlines/move_outline.ts";
import { labelClasses } from "lib/task/label_classes.ts";
import { labelObjects } from "lib/task/label_objects.ts";
import { drawBlobs } from "./blobs.ts";

type Size = { width: number; height: number };

/** Compares many numbers, for which `deepEqual` takes long. */
function assertSame(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(found.length, expected.length);
  assert.equal(Array.from(expected).findIndex((value, i) => value !== found[i]), -1);
}

/** Labels a map that comes in strips of some rows. */
function labelInRows(map: Float32Array, size: Size, strip: number, options: RowLabelerOptions) {
  const labeler = new RowLabeler(size, options), row = map.length / size.height, rows: Rows<Uint32Array>[] = [];
  for (let top = 0; top < size.height; top += strip) {
    const height = Math.min(strip, size.height - top);
    rows.push(...labeler.add({ top, height, data: map.subarray(top * row, (top + height) * row) }));
  }
  const objects = labeler.finish(), data = new Uint32Array(size.width * size.height);
  let next = 0;
  for (const { top, height, data: provisional } of rows) {
    assert.equal(top, next);
    next += height;
    data.set(provisional.map((number) => objects.numbers[number]), top * size.width);
  }
  assert.equal(next, size.height);
  return { ...objects, data, parts: rows.length };
}

const { foreground, border, truth, width, height } = drawBlobs(150, 190, 40, 3);
const size = { width, height }, tiles = { width: 70, height: 64, overlap: 30 };

Deno.test("connected objects found in rows are those of the whole image, number by number", () => {
  const find = (map: Float32Array, tile: Size) => labelObjects(map, tile, 0.5);
  const whole = find(foreground, size);
  for (
    const [strip, layout] of [[17, tiles], [300, tiles], [7, { width: 33, height: 20, overlap: 2 }], [
      50,
      undefined,
    ]] as const
  ) {
    const found = labelInRows(foreground, size, strip, { find, tiles: layout });
    assert.equal(found.count, whole.count);
    assertSame(found.data, whole.labels.data);
    assert.equal(found.parts > 2, layout !== undefined);
    const areas = new Float64Array(whole.count + 1);
    for (const label of whole.labels.data) areas[label]++;
    assert.deepEqual([...found.boxes.area.subarray(1)], [...areas.subarray(1)]);
  }
});

Deno.test("objects of classes found in rows keep their class", () => {
  const map = new Float32Array(3 * truth.length);
  truth.forEach((label, i) => map[3 * i + (label === 0 ? 0 : 1 + label % 2)] = 1);
  const find = (part: Float32Array, tile: Size) => labelClasses(part, tile, 3);
  const whole = find(map, size), found = labelInRows(map, size, 30, { find, tiles, classes: 3 });
  assertSame(found.data, whole.labels.data);
  assert.ok(whole.labels.data.every((label, i) => label === 0 || found.classes![label] === whole.labels.classes![i]));
});

Deno.test("divided objects found in rows are those of the whole image", () => {
  const kinds = [["foreground", foreground, 1], ["border", border, 3]] as const;
  for (const [kind, map, classes] of kinds) {
    const find = (part: ArrayLike<number>, tile: Size): LabeledObjects => findInstances(kind, part, tile, {});
    const whole = find(map, size);
    const found = labelInRows(map, size, 45, {
      find,
      tiles: { width: 110, height: 100, overlap: 50 },
      classes,
      join: "overlap",
    });
    const { counts } = compareObjects(whole.labels.data, found.data, [0.9]);
    // Groups of discs that are larger than half of the overlap may be divided otherwise.
    assert.ok(counts[0].truePositive >= whole.count - 2 && Math.abs(found.count - whole.count) <= 2);
  }
});

Deno.test("objects swept in windows have the measurements and the outlines of the whole image", async () => {
  const labels = { width, height, data: Uint16Array.from(truth) };
  const data = Uint16Array.from(truth, (label, i) => 100 * label + (i * 7919) % 97);
  const image: Image = { width, height, channels: 1, bits: 16, data }, pixelSize = 0.325;
  const whole = measureObjects(labels, image, { pixelSize }), outlines = traceOutlines(labels);
  const top = Math.max(...truth), boxes = boxesOf(labels, top);
  async function* rows() {
    for (let y = 0; y < height; y += 23) {
      const end = Math.min(height, y + 23);
      yield await Promise.resolve({
        top: y,
        height: end - y,
        data: Uint32Array.from(truth.subarray(y * width, end * width)),
      });
    }
  }
  const source = imageSource(image);
  for (const keep of [0, 9, 500]) {
    const found = new Map<number, number[]>(), traced: Outline[] = [];
    let tall = 0;
    const read = (part: { x: number; y: number; width: number; height: number }) => {
      tall++;
      const out = new Uint32Array(part.width * part.height);
      for (let i = 0; i < out.length; i++) {
        out[i] = truth[(part.y + Math.floor(i / part.width)) * width + part.x + i % part.width];
      }
      return Promise.resolve(out);
    };
    for await (const window of sweepObjects(size, { boxes, rows, read, keep, largest: 1e6 })) {
      const table = measureObjects(window.labels, await source.read(window), {
        pixelSize,
        place: { ...window, image: size },
      });
      const columns = [...table.columns.values()];
      assert.deepEqual([...table.columns.keys()], [...whole.columns.keys()]);
      for (let k = 0; k < table.count; k++) {
        assert.ok(!found.has(columns[0][k]));
        found.set(columns[0][k], columns.map((values) => values[k]));
      }
      traced.push(...traceOutlines(window.labels).map((outline) => moveOutline(outline, window)));
    }
    assert.equal(tall > 0, keep < 20);
    const columns = [...whole.columns.values()];
    assert.equal(found.size, whole.count);
    for (let k = 0; k < whole.count; k++) {
      // The perimeter is a sum whose order depends on the window.
      const row = found.get(columns[0][k])!;
      columns.forEach((values, c) => assert.ok(Math.abs(row[c] - values[k]) <= 1e-12 * Math.abs(values[k])));
    }
    assert.deepEqual(traced.sort((a, b) => a.label - b.label), outlines);
  }
  let count = 0;
  const options = { boxes, rows, read: () => Promise.reject(new Error("not read")), keep: 0, largest: 0 };
  for await (const { labels } of sweepObjects(size, options)) count += new Set(labels.data).size - 1;
  assert.ok(count > 0 && count < whole.count);
});

function boxesOf({ data }: { data: ArrayLike<number> }, last: number) {
  const boxes = {
    top: new Int32Array(last + 1).fill(2 ** 30),
    left: new Int32Array(last + 1).fill(2 ** 30),
    bottom: new Int32Array(last + 1),
    right: new Int32Array(last + 1),
    area: new Float64Array(last + 1),
  };
  for (let i = 0; i < data.length; i++) {
    const label = data[i], x = i % width, y = Math.floor(i / width);
    boxes.top[label] = Math.min(boxes.top[label], y);
    boxes.left[label] = Math.min(boxes.left[label], x);
    boxes.bottom[label] = Math.max(boxes.bottom[label], y + 1);
    boxes.right[label] = Math.max(boxes.right[label], x + 1);
    boxes.area[label]++;
  }
  return boxes;
}
