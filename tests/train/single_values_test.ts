// @tags slow
import assert from "node:assert/strict";
import { ARCHITECTURES, ConfigError, generateDataset, parseConfig, registryNames, tf } from "lib";
import type { Architecture } from "lib/nn";
import { gridEntries, projectFolder, runGrid, StudyGrid, trainRun } from "lib/runs";
import { profileGrid } from "lib/study";
import { ResourceVariable } from "lib/tensorflow";
import { readStudyGrid } from "lib/runs/grid/study_grid.ts";
import { batchNorm, SingleValueError } from "lib/nn/ops/batch_norm.ts";
import { refuseSingleValues } from "lib/train/single_values.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const makeConfig = (architecture: Architecture, cropSize: number, batchSize: number) =>
  parseConfig({ architecture, encoder: "resnet18", cropSize, batchSize });

Deno.test("batchNorm() refuses one value per channel in training, and takes it in inference", () => {
  const runningMean = new ResourceVariable(tf.zeros([2])), runningVariance = new ResourceVariable(tf.ones([2]));
  const tensors = {
    scale: tf.ones([2]) as tf.Tensor1D,
    offset: tf.zeros([2]) as tf.Tensor1D,
    runningMean,
    runningVariance,
  };
  const run = (shape: [number, number, number, number], training: boolean) =>
    batchNorm(tf.ones(shape), tensors, { training, epsilon: 1e-5, momentum: 0.1, layer: "norm" }).shape;
  assert.throws(
    () => run([1, 1, 1, 2], true),
    (error: Error) =>
      error instanceof SingleValueError &&
      /norm needs more than one value .* its input is \[1, 1, 1, 2\]/.test(error.message),
  );
  assert.deepEqual(run([1, 1, 1, 2], false), [1, 1, 1, 2]);
  assert.deepEqual(run([2, 1, 1, 2], true), [2, 1, 1, 2]);
  assert.deepEqual(run([1, 1, 2, 2], true), [1, 1, 2, 2]);
  runningMean.dispose();
  runningVariance.dispose();
});

Deno.test("batches of one are refused where a layer would see one value, and the message names what works", () => {
  const messages = new Map<Architecture, string>();
  for (const architecture of registryNames(ARCHITECTURES)) {
    try {
      refuseSingleValues(makeConfig(architecture, 64, 1));
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      messages.set(architecture, error.message);
    }
    refuseSingleValues(makeConfig(architecture, 64, 2));
  }
  assert.deepEqual([...messages.keys()], ["deeplabv3", "deeplabv3plus"]);
  for (const message of messages.values()) {
    assert.match(message, /crops of 64 × 64 in batches of one\. .*convs\.4\.2 needs.*Take batchSize 2 or more$/);
  }
  assert.throws(
    () => refuseSingleValues(makeConfig("unet", 32, 1)),
    /^ConfigError: unet cannot train on crops of 32 × 32 .*encoder\.layer4.* or cropSize 64 or more$/,
  );
  refuseSingleValues(makeConfig("unet", 64, 1));
  refuseSingleValues(makeConfig("unet", 32, 2));
});

Deno.test("a run and a study are refused before anything is trained; no committed or built-in study is", async () => {
  await using folder = await temporaryFolder();
  const dataset = await generateDataset({ count: 8, size: 64, seed: 8 });
  const config = parseConfig({ ...makeConfig("deeplabv3plus", 64, 1), selection: "last" });
  let steps = 0;
  const onProgress = () => steps++;
  await assert.rejects(trainRun({ config, dataset, results: folder.path, onProgress }), /Take batchSize 2 or more/);
  const block = { losses: ["bce"], folds: [0] };
  const grid = StudyGrid.parse({
    config: { encoder: "resnet18", cropSize: 64, folds: 2, epochs: 1 },
    blocks: [
      { ...block, architectures: ["unet"] },
      { ...block, architectures: ["deeplabv3"], config: { batchSize: 1 } },
    ],
  });
  const running = new Set<string>();
  await assert.rejects(
    runGrid({
      grid,
      dataset,
      results: folder.path,
      onProgress: (cells) => cells.forEach(({ state }) => running.add(state)),
    }),
    /deeplabv3 cannot train/,
  );
  assert.deepEqual([steps, [...running]], [0, ["waiting"]]);
  const committed = ["quick", "dsb2018_fluo"].map((name) =>
    readStudyGrid(`${projectFolder()}results/committed/${name}`)
  );
  for (const grid of [profileGrid("full"), profileGrid("tiny"), ...await Promise.all(committed)]) {
    for (const { config } of gridEntries(grid!)) refuseSingleValues(config);
  }
});
