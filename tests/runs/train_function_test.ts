// @tags slow
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { openSegmenter, readRun, tf, train } from "lib";
import { trainRun } from "lib/runs";
import { customLossName, isCustomLoss, type LossFunction } from "lib/train/losses/custom_loss.ts";
import { gradientCheck } from "lib/train/losses/gradient_check.ts";
import { SMALL, smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await smallDataset();
const small = { ...SMALL, epochs: 1 };
const [{ image }] = dataset.samples;

/** Binary cross-entropy, written anew. */
const crossEntropy: LossFunction = (logits, targets) =>
  tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets))) as tf.Scalar;

Deno.test("train() makes the run that trainRun() makes, and opens it the second time", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results"), other = join(folder.path, "other");
  using model = await train({ ...small, loss: "dice" }, dataset, { results });
  const run = await trainRun({ config: smallTraining({ epochs: 1, loss: "dice" }), dataset, results: other });
  assert.equal(basename(model.folder), basename(run.folder));
  assert.deepEqual(model.record.stepLosses, run.record.stepLosses);
  assert.deepEqual(model.record.scores, run.record.scores);
  assert.equal(model.threshold, model.record.tuned.threshold);

  const steps: number[] = [];
  using again = await train({ ...small, loss: "dice" }, dataset, {
    results,
    onProgress: ({ step }) => steps.push(step),
  });
  assert.deepEqual(again.record, model.record);
  assert.deepEqual(steps, []);
  using opened = await openSegmenter(model.folder);
  assert.deepEqual(await opened.predict(image), await model.predict(image));
  assert.deepEqual(await again.predict(image), await model.predict(image));

  // Earlier versions wrote no digest.
  const path = join(model.folder, "run.json");
  const { sha256: _, ...earlier } = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify(earlier));
  const options = { ...small, loss: "dice" } as const;
  await assert.rejects(train(options, dataset, { results }), /has no digest.*acceptWithoutDigest: true/);
  using accepted = await train(options, dataset, { results, acceptWithoutDigest: true });
  assert.deepEqual(accepted.record, model.record);
});

Deno.test("a loss function trains, its run is named after it, and it is opened the second time", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path;
  using model = await train({ ...small, loss: crossEntropy }, dataset, { results });
  const name = customLossName(crossEntropy);
  assert.match(name, /^custom:crossEntropy:[0-9a-f]{16}$/);
  assert.equal(model.record.config.loss, name);
  assert.match(basename(model.folder), /-custom_crossEntropy-fold0-/);
  assert.deepEqual((await readRun(model.folder))?.config, model.record.config);
  using again = await train({ ...small, loss: crossEntropy }, dataset, { results });
  assert.equal(again.folder, model.folder);
  using named = await train({ ...small, loss: "bce" }, dataset, { results });
  assert.notEqual(named.folder, model.folder);
  named.record.stepLosses.forEach((loss, i) => assert.ok(Math.abs(loss - model.record.stepLosses[i]) < 1e-3));
});

Deno.test("another function makes another run", () => {
  const half: LossFunction = (logits, targets) => tf.mul(0.5, crossEntropy(logits, targets));
  assert.notEqual(customLossName(half), customLossName(crossEntropy));
  for (const loss of [half, crossEntropy, (() => tf.scalar(0)) as LossFunction]) {
    assert.ok(isCustomLoss(customLossName(loss)), customLossName(loss));
  }
  assert.ok(!isCustomLoss("custom:loss"));
});

Deno.test("a loss that cannot be is refused", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path;
  const tensors: LossFunction = (logits) => logits as unknown as tf.Scalar;
  await assert.rejects(train({ ...small, loss: tensors }, dataset, { results }), {
    name: "ConfigError",
    message: "The loss function returns a tensor of shape [4,64,64,1]: return a scalar, such as tf.mean(…)",
  });
  const wrongPixels: LossFunction = (logits, targets) =>
    tf.mean(tf.cast(tf.notEqual(tf.cast(tf.greater(logits, 0), "float32"), targets), "float32"));
  for (const loss of [wrongPixels, (() => tf.scalar(1)) as LossFunction]) {
    await assert.rejects(train({ ...small, loss }, dataset, { results }), {
      name: "ConfigError",
      message: /^The loss function has no gradient \(.*\): compute it from the logits/,
    });
  }
  const broken: LossFunction = () => {
    throw new SyntaxError("mine");
  };
  await assert.rejects(train({ ...small, loss: broken }, dataset, { results }), {
    name: "SyntaxError",
    message: "mine",
  });
  await assert.rejects(train({ ...small, loss: crossEntropy.bind(null) }, dataset, { results }), /without source text/);
  const misspelt = "focl" as "focal";
  await assert.rejects(train({ ...small, loss: misspelt }, dataset, { results }), /loss is "focl".*did you mean focal/);
  const recorded = customLossName(crossEntropy);
  await assert.rejects(
    trainRun({ config: smallTraining({ loss: recorded }), dataset, results }),
    /loss is "custom:crossEntropy:.*", a function: give that function to train\(\)/,
  );
});

Deno.test("a loss whose gradient is 0 everywhere stops the training and leaves no folder", async () => {
  await using folder = await temporaryFolder();
  const rounded: LossFunction = (logits, targets) => tf.mean(tf.squaredDifference(tf.round(logits), targets));
  // An epoch has 2 steps.
  for (const precision of ["float32", "mixed-float16"] as const) {
    await assert.rejects(train({ ...small, epochs: 2, loss: rounded, precision }, dataset, { results: folder.path }), {
      name: "ConfigError",
      message: /^The gradient of the loss function is 0 in the first 2 steps, .* such as tf\.round/,
    });
  }
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("epochs of one step need two steps without a gradient, and a gradient that is NaN is no gradient of 0", () => {
  const single = gradientCheck(1);
  single(0, true);
  assert.throws(() => single(0, true), /is 0 in the first 2 steps/);
  const passing = gradientCheck(1);
  for (const norm of [0, 1, 0, 0]) passing(norm, true);
  const notNumber = gradientCheck(2);
  for (let i = 0; i < 5; i++) notNumber(NaN, true);
});

Deno.test("one batch without a gradient, or steps that overflow in 16 bits, do not stop a training", () => {
  const afterOne = gradientCheck(100);
  afterOne(0, true);
  afterOne(0.1, true);
  for (let step = 0; step < 10; step++) afterOne(0, true);
  const overflowing = gradientCheck(100);
  for (let step = 0; step < 10; step++) overflowing(0, false);
  for (let step = 0; step < 4; step++) overflowing(0, true);
  assert.throws(() => overflowing(0, true), /0 in the first 5 steps/);
});

Deno.test("a stopped training goes on where it was", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path, stop = new AbortController();
  await assert.rejects(
    train({ ...small, loss: crossEntropy }, dataset, { results, signal: stop.signal, onProgress: () => stop.abort() }),
    /Stopped at step 1, checkpoint in/,
  );
  using stopped = await train({ ...small, loss: crossEntropy }, dataset, { results });
  using whole = await train({ ...small, loss: crossEntropy }, dataset, { results: join(results, "whole") });
  assert.deepEqual(stopped.record.stepLosses, whole.record.stepLosses);
});
