import assert from "node:assert/strict";
import { ARCHITECTURES, createModel, registryNames, tf } from "lib";
import { OptionError } from "lib/io/option_error.ts";
import { VOID_CLASS } from "lib/images/image.ts";
import { activate } from "lib/nn/ops/activate.ts";
import { createTask } from "lib/task";

const classNames = ["background", "round", "long"];
const task = createTask({ task: "classes", classNames });

Deno.test("classes: the classes of the labels are the targets, a softmax the probabilities", () => {
  const labels = { width: 2, height: 1, data: Uint16Array.of(0, 9), classes: Uint8Array.of(VOID_CLASS, 2) };
  assert.deepEqual(task.targets(labels), Uint8Array.of(VOID_CLASS, 2));
  assert.throws(
    () => task.targets({ width: 1, height: 1, data: Uint16Array.of(1) }),
    /the masks have none: name the values of the masks in classes\.json/,
  );
  const logits = tf.tensor4d([1, 2, 3, 0, 90, -90], [1, 1, 2, 3]);
  const [first, ...rest] = activate(task.activation, logits).dataSync();
  assert.ok(Math.abs(first - Math.exp(1) / (Math.exp(1) + Math.exp(2) + Math.exp(3))) < 1e-7);
  assert.ok(Math.abs(first + rest[0] + rest[1] - 1) < 1e-6);
});

Deno.test("classes: the most probable class decides, and objects of two classes that touch are two", () => {
  const probabilities = Float32Array.of(0.2, 0.5, 0.3, 0.2, 0.3, 0.5, 0.4, 0.3, 0.3, 0.1, 0.2, 0.7);
  const { labels, count } = task.decide(probabilities, { width: 4, height: 1 }, 0.9);
  assert.deepEqual(labels.classes, Uint8Array.of(1, 2, 0, 2));
  assert.deepEqual([...labels.data], [1, 2, 0, 3]);
  assert.equal(count, 3);
  const foreground = task.foreground(probabilities);
  assert.ok([0.8, 0.8, 0.6, 0.9].every((p, i) => Math.abs(foreground[i] - p) < 1e-6));
});

Deno.test("classes: void counts in no score, nor does the background have one", () => {
  const probabilities = Float32Array.of(0.1, 0.8, 0.1, 0.1, 0.8, 0.1, 0.8, 0.1, 0.1, 0, 0, 1);
  assert.deepEqual(task.scored, ["round", "long"]);
  assert.deepEqual(task.count(probabilities, [1, VOID_CLASS, 1, 1], 0.5), [
    { truePositive: 1, falsePositive: 0, falseNegative: 2 },
    { truePositive: 0, falsePositive: 1, falseNegative: 0 },
  ]);
});

Deno.test("classes: names are needed, and differ", () => {
  for (
    const [names, message] of [
      [undefined, /task is "classes" with no classes: name two or more in classes\.json/],
      [["cells"], /with one class: name two or more/],
      [["a", "b", "a"], /Two classes have the name "a": give them different names/],
    ] as const
  ) assert.throws(() => createTask({ task: "classes", classNames: names }), { name: OptionError.name, message });
});

Deno.test("each architecture computes a logit for each class", () => {
  for (const architecture of registryNames(ARCHITECTURES)) {
    const model = createModel({ architecture, encoder: "mobilenet_v2", task: "classes", classNames });
    const logits = tf.tidy(() => model.forward(tf.zeros([1, 64, 64, 3])));
    assert.deepEqual(logits.shape, [1, 64, 64, 3], architecture);
    logits.dispose();
    model.dispose();
  }
});

Deno.test("a model has a logit for each class", () => {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", task: "classes", classNames });
  assert.deepEqual([model.classes, model.taskDefinition.scored.length], [3, 2]);
  model.dispose();
  assert.throws(() => createModel({ architecture: "pspnet", task: "classes" }), /with no classes/);
});

Deno.test("a pixel is foreground if its most probable class is not the background, even below one half", () => {
  const probabilities = Float32Array.of(0.4, 0.3, 0.3, 0.3, 0.4, 0.3, 0.5, 0.4, 0.1);
  assert.deepEqual(task.decideForeground(probabilities, 0.9), Uint8Array.of(0, 1, 0));
  assert.deepEqual(
    createTask({ task: "foreground" }).decideForeground(Float32Array.of(0.5, 0.8, 0.95), 0.9),
    Uint8Array.of(0, 0, 1),
  );
});
