// @tags slow
import assert from "node:assert/strict";
import { createModel, generateDataset, parseConfig } from "lib";
import { BatchSource } from "lib/batches";
import { fit } from "lib/train";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("a training that is stopped while it validates goes on there, and ends with the same numbers", async () => {
  await using folder = await temporaryFolder();
  const dataset = await generateDataset({ count: 8, size: 64, seed: 3 });
  const config = parseConfig({ encoder: "mobilenet_v2", cropSize: 64, epochs: 2, batchSize: 2, learningRate: 0.01 });
  const validation = dataset.samples.slice(4);
  const train = async (place?: string, stopAt?: number) => {
    const controller = new AbortController();
    using batches = new BatchSource(dataset, [0, 1, 2, 3], { ...config, channels: config.inChannels });
    const model = createModel(config);
    const phases: string[] = [];
    const result = await fit({
      model,
      config,
      batches,
      validation,
      folder: place,
      signal: controller.signal,
      onProgress({ phase, step }) {
        phases.push(phase);
        if (phase === "validation" && step === stopAt) controller.abort(new Error("stopped"));
      },
    });
    model.dispose();
    return { ...result, phases };
  };
  const whole = await train();
  const stopped = await train(folder.path, 2);
  assert.deepEqual({ stopped: stopped.stopped, epochs: stopped.history.length }, { stopped: true, epochs: 0 });
  assert.deepEqual(stopped.stepLosses, whole.stepLosses.slice(0, 2));
  const resumed = await train(folder.path);
  assert.equal(resumed.phases[0], "validation");
  assert.equal(resumed.stopped, false);
  assert.deepEqual(resumed.history, whole.history);
  assert.deepEqual(resumed.stepLosses, whole.stepLosses);
  assert.deepEqual(resumed.best, whole.best);
});
