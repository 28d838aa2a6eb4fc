// @tags slow
import assert from "node:assert/strict";
import { createModel, generateDataset, parseConfig, registryNames, tf, TrainedModel } from "lib";
import { BatchSource } from "lib/batches";
import { labelObjects } from "lib/task/label_objects.ts";
import { activate } from "lib/nn/ops/activate.ts";
import { createTask, DEFAULT_TASK, TASKS } from "lib/task/tasks.ts";
import { configHash, RecordedConfig } from "lib/train/config.ts";
import { lossFits } from "lib/train/losses/loss.ts";
import { LOSSES } from "lib/train/losses/losses.ts";
import { Trainer } from "lib/train/trainer.ts";

const foreground = createTask({});

Deno.test("foreground: an object's pixels are the targets, a sigmoid the probability, connected pixels the objects", () => {
  const labels = { width: 3, height: 2, data: Uint16Array.of(0, 7, 7, 0, 0, 65535) };
  assert.deepEqual(foreground.targets(labels), Uint8Array.of(0, 1, 1, 0, 0, 1));
  const logits = tf.tensor4d([-90, -1, 0, 0.3, 2, 90], [1, 2, 3, 1]);
  const activated = activate(foreground.activation, logits).dataSync();
  assert.deepEqual(activated, tf.sigmoid(logits).dataSync());
  assert.deepEqual(foreground.decide(Float32Array.from(activated), labels, 0.5), {
    labels: { width: 3, height: 2, data: Uint16Array.of(0, 0, 0, 1, 1, 1) },
    count: 1,
  });
  assert.deepEqual(
    foreground.decide(Float32Array.from(activated), labels, 0.6),
    labelObjects(activated as Float32Array, labels, 0.6),
  );
});

Deno.test("models, batches and configurations that name no task have the one that always was", async () => {
  using trainer = new Trainer(parseConfig({ architecture: "pspnet", encoder: "resnet18" }));
  assert.equal(trainer.model.classes, foreground.logits);
  const model = createModel({ architecture: "pspnet", encoder: "resnet18" });
  assert.deepEqual([model.task, model.classes], [DEFAULT_TASK, 1]);
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  assert.equal(segmenter.task, "foreground");
  assert.throws(
    () => createModel({ architecture: "unet", task: "cells" as "foreground" }),
    /no task "cells": choose one of foreground/,
  );

  const dataset = await generateDataset({ count: 2, size: 32 });
  const options = { ...parseConfig({ cropSize: 32, batchSize: 2, augmentations: [] }), channels: 3 };
  const { task: _, ...without } = options;
  assert.deepEqual(
    new BatchSource(dataset, [0, 1], without).get(0, 0),
    new BatchSource(dataset, [0, 1], options).get(0, 0),
  );
});

Deno.test("the default task changes no name of a run, and records without one are read", () => {
  const config = parseConfig({ epochs: 7 });
  const { task, ...earlier } = config;
  assert.equal(task, DEFAULT_TASK);
  assert.deepEqual(RecordedConfig.parse(earlier), config);
  // Written down when there was no task.
  assert.equal(
    configHash(parseConfig({ epochs: 7, loss: "focal", normalization: "percentile" }), "data").slice(0, 12),
    "e11279d6fa7e",
  );
  assert.throws(() => parseConfig({ task: "foregroud" }), /task is "foregroud"/);
});

Deno.test("each loss of the registry fits a task, and is refused for the others", () => {
  for (const loss of Object.values(LOSSES)) {
    assert.ok(Object.values(TASKS).some((task) => lossFits(loss, task)), loss.label);
  }
  assert.deepEqual([foreground, TASKS.classes, TASKS.border].map((task) => lossFits(LOSSES.bce, task)), [
    true,
    false,
    false,
  ]);
  assert.equal(lossFits(LOSSES.dice, TASKS.classes), true);
  assert.throws(() => parseConfig({ task: "classes", loss: "bce" }), /loss is "bce": give a loss for this task/);
  assert.throws(() => parseConfig({ loss: "cross-entropy" }), /loss is "cross-entropy": give a loss for this task/);
});

Deno.test("a task has a default loss that fits it", () => {
  assert.deepEqual(registryNames(TASKS).map((task) => parseConfig({ task }).loss), [
    "bce",
    "cross-entropy",
    "cross-entropy",
  ]);
});
