// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { ensemble, generateDataset, type LossFunction, openSegmenter, readRun, tf, train } from "lib";
import { scoreTable, trainRun } from "lib/runs";
import { savedPredictions } from "lib/runs/saved_predictions.ts";
import { mean } from "lib/math/mean.ts";
import { parseConfig } from "lib/train";
import { SMALL } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 10, size: 64, seed: 8, kinds: 2 });
const small = { ...SMALL, epochs: 1 };
const [{ image }] = dataset.samples, pixels = 64 * 64;

Deno.test("a run of classes is scored by class, opened again, and its model segments into classes", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path;
  using model = await train({ ...small, task: "classes", classWeights: [1, 2, 2] }, dataset, { results });
  const { config, scores, classScores, foregroundScores, imageDice } = model.record;
  assert.deepEqual([config.loss, config.classNames], ["cross-entropy", ["background", "round", "long"]]);
  assert.deepEqual(Object.keys(classScores!), ["round", "long"]);
  assert.deepEqual(Object.keys(scores), ["model"]);
  const dice = imageDice.model.map((each) => each ?? 1);
  assert.ok(Math.abs(scores.model.dice - mean(dice)) < 1e-12);
  assert.deepEqual(Object.keys(foregroundScores!), ["model", "otsu", "all-foreground"]);
  assert.equal(imageDice.model.length, 2);
  assert.equal(model.record.history[0].validation!.dice, scores.model.dice);
  assert.match(
    String(scoreTable(model.record)),
    /round.*\n.*long.*\n.*mean of the classes, pspnet.*\n.*foreground, pspnet/,
  );
  assert.deepEqual((await readRun(model.folder))?.classScores, classScores);

  const { labels, probabilities, count } = await model.segment(image);
  assert.deepEqual([probabilities.length, labels.data.length, labels.classes!.length], [3 * pixels, pixels, pixels]);
  assert.equal(Math.max(...labels.data), count);
  using opened = await openSegmenter(model.folder);
  assert.deepEqual([opened.task, opened.taskDefinition.scored], ["classes", ["round", "long"]]);
  assert.deepEqual(await opened.predict(image), probabilities);
  using again = await train({ ...small, task: "classes", classWeights: [1, 2, 2] }, dataset, { results });
  assert.deepEqual(again.record, model.record);
});

Deno.test("class models vote and stack, and the ensemble is saved and opened", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path, path = join(results, "ensemble");
  const first = await train({ ...small, task: "classes" }, dataset, { results });
  const second = await train({ ...small, task: "classes", loss: "ce+dice", seed: 2 }, dataset, { results });
  using both = ensemble([first, second]);
  const maps = [await first.predict(image), await second.predict(image)], mean = await both.predict(image);
  assert.ok(mean.every((p, i) => Math.abs(p - (maps[0][i] + maps[1][i]) / 2) < 1e-6));
  await both.save(path);
  using opened = await openSegmenter(path);
  assert.deepEqual((await opened.segment(image)).labels, (await both.segment(image)).labels);
  using stacked = await ensemble([first, second], { method: "stacking", dataset, steps: 1 });
  assert.equal((await stacked.predict(image)).length, 3 * pixels);
  using border = await train({ ...small, task: "border" }, dataset, { results });
  assert.throws(() => ensemble([first, border]), /The members have the tasks classes, border: give members of one/);
});

Deno.test("a run of borders keeps maps of three classes, trains with any loss, and is scored from the kept maps", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path;
  const loss: LossFunction = (logits, targets) => {
    const truth = tf.oneHot(tf.cast(tf.squeeze(targets, [3]), "int32"), 3);
    return tf.mean(tf.squaredDifference(tf.softmax(logits), truth));
  };
  const config = parseConfig({ ...small, task: "border", borderWidth: 1 });
  const custom = await trainRun({ config, customLoss: loss, dataset, results });
  assert.ok(Number.isFinite(custom.record.stepLosses[0]));
  const run = await trainRun({ config: parseConfig({ ...config, loss: "lovasz" }), dataset, results, keepMaps: true });
  const maps = await savedPredictions(results, run.record, "validation");
  assert.deepEqual(maps.map(({ probabilities }) => probabilities.length), [3 * pixels, 3 * pixels]);
  for (let i = 0; i < pixels; i++) {
    const [a, b, c] = maps[0].probabilities.subarray(3 * i);
    assert.ok(Math.abs(a + b + c - 1) < 1e-3);
  }
  assert.deepEqual(Object.keys(run.record.classScores!), ["interior", "border"]);
  const { tuned, scores } = run.record.objects!;
  assert.deepEqual(Object.keys(tuned.parameters), ["threshold", "interior", "prominence", "minInterior", "minArea"]);
  assert.deepEqual(Object.keys(scores), ["watershed", "components", "otsu"]);
  const again = await trainRun({
    config: parseConfig({ ...config, loss: "lovasz" }),
    dataset,
    results,
    keepMaps: true,
  });
  assert.ok(again.reused);
});

Deno.test("a stopped run of classes continues to the weights of an undisturbed one", async () => {
  await using folder = await temporaryFolder();
  const config = parseConfig({ ...small, task: "classes", epochs: 2 });
  const whole = await trainRun({ config, dataset, results: join(folder.path, "whole") });
  const results = join(folder.path, "stopped"), stop = new AbortController();
  const onProgress = ({ step }: { step: number }) => {
    if (step === 3) stop.abort();
  };
  await assert.rejects(trainRun({ config, dataset, results, onProgress, signal: stop.signal }), {
    name: "StoppedError",
  });
  const continued = await trainRun({ config, dataset, results });
  assert.deepEqual(continued.record.stepLosses, whole.record.stepLosses);
  assert.deepEqual(continued.record.classScores, whole.record.classScores);
});

Deno.test("classes that the data does not have, or that contradict it, are refused", async () => {
  await using folder = await temporaryFolder();
  const results = folder.path;
  const plain = await generateDataset({ count: 10, size: 64, seed: 8 });
  await assert.rejects(
    train({ ...small, task: "classes" }, plain, { results }),
    /task is "classes", but generated-nuclei has none: name the values of its masks in classes\.json/,
  );
  await assert.rejects(
    train({ ...small, task: "classes", classNames: ["a", "b"] }, dataset, { results }),
    /classNames is \["a","b"\], but the classes of generated-nuclei-2-kinds are background, round, long/,
  );
  await assert.rejects(
    train({ ...small, task: "classes", classWeights: [1, 2] }, dataset, { results }),
    /classWeights has 2 numbers for 3 classes: give one for each/,
  );
  await assert.rejects(
    train({ ...small, task: "classes", outputPrior: 0.1 }, dataset, { results }),
    /outputPrior is 0\.1: leave it out/,
  );
});
