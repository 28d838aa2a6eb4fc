// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { foreground, generateDataset, type Image, loadModel, parseConfig } from "lib";
import { predict } from "lib/nn";
import { describeImage, farFromTraining } from "lib/objects";
import { trainRun } from "lib/runs";
import { Random } from "lib/math/random.ts";
import { mapDice } from "lib/evaluate/metrics.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const SIDE = 96;

Deno.test("a trained model finds nothing in an empty field, and a hot pixel costs it nothing", async () => {
  await using folder = await temporaryFolder();
  const dataset = await generateDataset({ count: 20, size: SIDE, seed: 8, difficulty: 0.1 });
  const config = parseConfig({
    encoder: "resnet18",
    cropSize: 64,
    epochs: 9,
    learningRate: 2e-3,
    warmupSteps: 4,
    selection: "last",
  });
  assert.equal(config.normalization, "robust");
  const run = await trainRun({ config, dataset, results: folder.path });
  const { model, threshold: _, ...use } = await loadModel(join(run.folder, "model.safetensors"));
  assert.ok(use.contrastFloor && use.contrastFloor.structure > 30, JSON.stringify(use));
  assert.equal(use.trainingStatistics?.images, run.record.data.training.length);
  for (const { id, image, labels } of dataset.samples) {
    const notes = farFromTraining(describeImage(image, labels), use.trainingStatistics);
    if (run.record.data.training.includes(id)) assert.deepEqual(notes, []);
  }

  const noise = new Random(3);
  const field = (value: () => number): Image => {
    const data = Uint16Array.from({ length: SIDE * SIDE }, () => Math.max(0, Math.round(value())));
    return { width: SIDE, height: SIDE, channels: 1, bits: 16, data };
  };
  const foundIn = async (image: Image) => {
    const map = await predict(model, image, use);
    return map.filter((p) => p > 0.5).length / map.length;
  };
  for (const empty of [field(() => 1000 + 20 * noise.normal()), field(() => noise.poisson(4)), field(() => 7)]) {
    const share = await foundIn(empty);
    assert.ok(share < 0.02, `${share} of an empty field`);
  }

  // A camera of 16 bit with an offset of 100, and the same with one pixel at 65535, or five in a thousand.
  const validation = dataset.samples.filter(({ id }) => run.record.data.validation.includes(id));
  const dice = async (change: (data: Uint16Array) => void) => {
    let sum = 0;
    for (const { image, labels } of validation) {
      const data = Uint16Array.from(image.data, (value) => 100 + 2 * value);
      change(data);
      sum += mapDice(await predict(model, { ...image, bits: 16, data }, use), foreground(labels));
    }
    return sum / validation.length;
  };
  const places = new Random(5);
  const clean = await dice(() => {});
  assert.ok(clean > 0.6, `${clean}`);
  for (const count of [1, 0.005 * SIDE ** 2]) {
    const hot = await dice((data) => {
      for (let i = 0; i < count; i++) data[places.integer(data.length)] = 65535;
    });
    assert.ok(Math.abs(hot - clean) < 0.01, `${hot} instead of ${clean}`);
  }
  model.dispose();
});
