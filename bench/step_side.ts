/**
 * The other side of bench/step.ts: the same steps here. Same arguments and protocol as step_side.py,
 * but for the layout, which is `compiled`, `eager` or `forward`.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createModel, loadStateDict, Optimizer, type Precision, readSafetensors, runtimeInfo, tf } from "lib";
import { trainingStep } from "lib/train/fit.ts";
import { bceWithLogits } from "lib/train/losses.ts";

const [folder, mode, precision] = parseArgs({ args: Deno.args, allowPositionals: true }).positionals;
const settings = JSON.parse(await Deno.readTextFile(join(folder, "settings.json")));
const model = createModel(settings);
loadStateDict(model, (await readSafetensors(join(folder, "weights.safetensors"))).arrays);
const { arrays } = await readSafetensors(join(folder, "batch.safetensors"));
const load = (name: string) => {
  const { data, shape } = arrays.get(name)!;
  return tf.tensor4d(Float32Array.from(data as Float32Array), shape as [number, number, number, number]);
};
const images = load("images"), masks = load("masks");
const optimizer = new Optimizer(model.weights.trainable(), { name: "adam" });
const compiled = trainingStep(model, optimizer, { loss: "bce", precision: precision as Precision });
const seed = tf.tensor1d([1, 1], "int32");
let done = 0;

async function step(): Promise<number> {
  const control = optimizer.control(++done, 1e-3);
  const loss = mode === "eager"
    ? tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => bceWithLogits(model.forward(images, { training: true }), masks),
        [...optimizer.variables],
      );
      optimizer.apply(grads, control);
      return value;
    })
    : await compiled(images, masks, control, seed);
  const value = loss.dataSync()[0];
  tf.dispose([loss, control]);
  return value;
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
console.log(JSON.stringify(runtimeInfo()));
let text = "";
for await (const chunk of lines) {
  text += chunk;
  while (text.includes("\n")) {
    const count = Number(text.slice(0, text.indexOf("\n")));
    text = text.slice(text.indexOf("\n") + 1);
    const seconds: number[] = [], losses: number[] = [];
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      losses.push(await step());
      seconds.push((performance.now() - start) / 1000);
    }
    console.log(JSON.stringify({ seconds, losses }));
  }
}
const peak = Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\s+(\d+)/)?.[1] ?? "0";
console.log(JSON.stringify({ peakKilobytes: Number(peak) }));
