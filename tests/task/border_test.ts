import assert from "node:assert/strict";
import { generateDataset } from "lib";
import { connectedComponents } from "lib/evaluate/components.ts";
import { VOID_CLASS } from "lib/images/image.ts";
import { OptionError } from "lib/io/option_error.ts";
import { borderTargets, createTask } from "lib/task";

/** Makes a label image from rows of digits. */
function labelsFrom(...rows: string[]) {
  return { width: rows[0].length, height: rows.length, data: Uint16Array.from(rows.join(""), Number) };
}

/** Writes targets as rows of digits. */
function rowsFrom(targets: Uint8Array, width: number): string[] {
  return targets.join("").match(new RegExp(`.{${width}}`, "g"))!;
}

Deno.test("a border of one pixel follows the outline of an object, but not the edge of the image", () => {
  const labels = labelsFrom("00000", "01111", "01111", "01111", "01111");
  assert.deepEqual(rowsFrom(borderTargets(labels, 1), 5), ["00000", "02222", "02111", "02111", "02111"]);
});

Deno.test("a wider border takes the pixels within its width", () => {
  const labels = labelsFrom("0000000", "1111111", "1111111", "1111111", "1111111", "1111111", "0000000");
  assert.deepEqual(rowsFrom(borderTargets(labels, 2), 7), [
    "0000000",
    "2222222",
    "2222222",
    "1111111",
    "2222222",
    "2222222",
    "0000000",
  ]);
});

Deno.test("objects that touch have a border between them", () => {
  const labels = labelsFrom("111222", "111222", "111222");
  assert.deepEqual(rowsFrom(borderTargets(labels, 1), 6), ["112211", "112211", "112211"]);
});

Deno.test("an object without room for an interior keeps its deepest pixels, unless they touch another", () => {
  assert.deepEqual(rowsFrom(borderTargets(labelsFrom("00000", "01110", "01110", "01110", "00000"), 3), 5), [
    "00000",
    "02220",
    "02120",
    "02220",
    "00000",
  ]);
  assert.deepEqual([...borderTargets(labelsFrom("00120"), 2)], [0, 0, 2, 2, 0]);
});

Deno.test("masks of one number have the borders of their connected parts", () => {
  const one = labelsFrom("1110111", "1110111", "1110111"), two = labelsFrom("1110222", "1110222", "1110222");
  assert.deepEqual(borderTargets({ ...one, data: one.data.map((value) => 255 * value) }, 1), borderTargets(two, 1));
});

Deno.test("each connected interior lies in one generated object", async () => {
  const { samples } = await generateDataset({ count: 3, size: 128, density: 60, seed: 3 });
  for (const { labels: { data, width, height }, labels } of samples) {
    for (const borderWidth of [1, 2, 3]) {
      const targets = borderTargets(labels, borderWidth);
      assert.ok(targets.every((target, i) => (target > 0) === (data[i] > 0)));
      const parts = connectedComponents(targets.map((target) => target === 1 ? 1 : 0), width, height);
      const objects = new Map<number, number>();
      parts.labels.forEach((part, i) => {
        if (part === 0) return;
        if (!objects.has(part)) objects.set(part, data[i]);
        assert.equal(objects.get(part), data[i]);
      });
    }
  }
});

Deno.test("the classes of the perfect prediction of a border decide on the objects", async () => {
  const task = createTask({ task: "border", borderWidth: 1 });
  const { samples: [{ labels }] } = await generateDataset({ count: 1, size: 128, seed: 3 });
  const targets = task.targets(labels);
  const probabilities = new Float32Array(3 * targets.length);
  targets.forEach((target, i) => probabilities[3 * i + target] = 1);
  const { labels: found, count } = task.decide(probabilities, labels, 0.5);
  assert.ok(count >= new Set(labels.data).size - 1);
  assert.ok(found.data.every((label, i) => (label > 0) === (labels.data[i] > 0)));
  assert.deepEqual(
    task.count(probabilities, targets, 0.5).map(({ falsePositive, falseNegative }) => falsePositive + falseNegative),
    [0, 0],
  );
});

Deno.test("a border has a width", () => {
  assert.throws(() => createTask({ task: "border", borderWidth: 0 }), {
    name: OptionError.name,
    message: /borderWidth is 0: give 1 to 50 pixels/,
  });
});

Deno.test("void is no target, and no border follows its edge", () => {
  const labels = labelsFrom("000000", "111100", "111100", "111100", "000000");
  const classes = Uint8Array.from(labels.data, (value, i) => i % 6 >= 4 ? VOID_CLASS : value);
  const rows = rowsFrom(
    borderTargets({ ...labels, classes }, 1).map((target) => target === VOID_CLASS ? 9 : target),
    6,
  );
  assert.deepEqual(rows, ["000099", "222299", "111199", "222299", "000099"]);
});
