/**
 * The other side of bench/compare.ts: the same steps in this project. It has the arguments and the protocol of
 * compare_side.py, except for the layout, which is `compiled`, `ops` or `eager`. On a GPU, XLA compiles the training step of
 * `compiled`, as in long trainings; with `ops` TensorFlow runs it op by op.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createModel, runtimeInfo, tf } from "lib";
import { loadStateDict, readWeights } from "lib/nn";
import type { Precision } from "lib/tensorflow";
import { Optimizer } from "lib/train";
import { exitWithoutTeardown } from "lib/tensorflow/ffi/exit_without_teardown.ts";
import { machineEntry } from "lib/nn/algorithms/current_entry.ts";
import { BatchNetwork } from "lib/nn/inference/batch_network.ts";
import { trainingStep } from "lib/train/training_step.ts";
import { bceLoss } from "lib/train/losses/bce.ts";
import { lossParameters } from "lib/train/losses/losses.ts";
import { mean } from "lib/math/mean.ts";
import { processMemory } from "./process_memory.ts";
import { TextLineStream } from "lib/io/text_lines.ts";

exitWithoutTeardown();
const [folder, mode, precision, work] = parseArgs({ args: Deno.args, allowPositionals: true }).positionals as [
  string,
  "compiled" | "ops" | "eager",
  Precision,
  "training" | "inference",
];
const settings = JSON.parse(await Deno.readTextFile(join(folder, "settings.json")));
const model = createModel({ ...settings, asppDropout: 0, pspDropout: 0, fpnDropout: 0 });
{
  using weights = await readWeights(join(folder, "weights.safetensors"));
  loadStateDict(model, weights.arrays);
}
// Kept until the process ends, as tfjs uploads the numbers of a tensor with the first step.
using batch = await readWeights(join(folder, "batch.safetensors"));
const [images, masks] = ["images", "masks"].map((name) => {
  const { data, shape } = batch.arrays.get(name)!;
  return tf.tensor4d(data as Float32Array, shape as [number, number, number, number]);
});

const before = processMemory("VmRSS");
let planned = 0;
/** What computes the predictions here. */
let computedBy = "TensorFlow";

function trainer(): () => Promise<number> {
  const optimizer = new Optimizer(model.weights.trainable(), { name: "adam", precision });
  const compiler = mode === "compiled" && runtimeInfo().device === "GPU" ? "XLA" : "TensorFlow";
  if (compiler === "XLA") computedBy = "XLA";
  const compiled = trainingStep(model, optimizer, { loss: "bce", precision, compiler });
  const seed = tf.tensor1d([1, 1], "int32"), parameters = lossParameters("bce");
  let done = 0;
  if (mode === "compiled") {
    const control = optimizer.control(1, 1e-3);
    planned = compiled.plan(images, masks, control, seed, parameters) +
      4 * optimizer.state().reduce((sum, { size }) => sum + size, 0);
    control.dispose();
  }
  return async () => {
    const control = optimizer.control(++done, 1e-3);
    const loss = mode === "eager"
      ? tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => bceLoss(model.forward(images, { training: true }), masks),
          [...optimizer.variables],
        );
        optimizer.apply(grads, control);
        return value;
      })
      : await compiled(images, masks, control, seed, parameters);
    const value = loss.dataSync()[0];
    tf.dispose([loss, control]);
    return value;
  };
}

function predictor(): () => Promise<number> {
  const options = { frozen: true, engine: "oneDNN", algorithms: machineEntry(), keepSizes: 1 } as const;
  const network = new BatchNetwork(model, { precision, ...options });
  network.prepare();
  computedBy = network.computedBy;
  return async () => {
    const probabilities = await network.forward(images), values = probabilities.dataSync();
    probabilities.dispose();
    return mean(values);
  };
}

const step = work === "training" ? trainer() : predictor();
console.log(JSON.stringify({ ...runtimeInfo(), computedBy }));
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
for await (const line of lines) {
  const seconds: number[] = [], losses: number[] = [];
  for (let i = 0; i < Number(line); i++) {
    const start = performance.now();
    losses.push(await step());
    seconds.push((performance.now() - start) / 1000);
  }
  console.log(JSON.stringify({ seconds, losses }));
}
const peak = processMemory("VmHWM");
console.log(JSON.stringify({ peakKilobytes: peak / 1024, plan: { planned, measured: peak - before } }));
