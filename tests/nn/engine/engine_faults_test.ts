// @tags slow
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createModel } from "lib/nn/create_model.ts";
import { Engine } from "lib/nn/engine/engine.ts";
import { Predictor } from "lib/nn/inference/predictor.ts";
import { ExecutableMemory, runsMachineCode } from "lib/machine_code/mod.ts";
import { NativeMemory, OneDnn, OneDnnError } from "lib/onednn/mod.ts";
import { runtimeInfo, tf } from "lib/tensorflow/mod.ts";
import { runProgram } from "../../run_program.ts";
import { testImages } from "./test_images.ts";

const ignore = OneDnn.open() === undefined;

Deno.test("oneDNN is found in TensorFlow's library on Linux with an x86-64 processor", () => {
  const expected = Deno.build.os === "linux" && Deno.build.arch === "x86_64" && runtimeInfo().device === "CPU" &&
    Deno.env.get("TF_ENABLE_ONEDNN_OPTS") !== "0";
  assert.equal(OneDnn.open() !== undefined, expected);
});

Deno.test({
  name: "an engine that is disposed of while it computes ends its work, and then refuses more",
  ignore,
  async fn() {
    const model = createModel({ architecture: "unet", encoder: "resnet18" }), shape = [2, 128, 128, 3];
    const pixels = testImages(shape), engine = Engine.of(model, { type: "float32", winograd: true })!;
    const expected = await engine.logits(pixels, shape);
    const running = engine.logits(pixels, shape), waiting = engine.logits(pixels, shape);
    engine[Symbol.dispose]();
    engine[Symbol.dispose]();
    const late = engine.logits(pixels, shape);
    late.catch(() => {});
    assert.deepEqual(await running, expected);
    assert.deepEqual(await waiting, expected);
    await assert.rejects(late, /disposed of/);
    model.dispose();
  },
});

Deno.test({
  name: "a prediction that has begun keeps its weights when they change, and the next one has the new ones",
  ignore,
  async fn() {
    const model = createModel({ architecture: "unet", encoder: "resnet18", seed: 3 });
    const image = { width: 64, height: 64, channels: 3, pixels: testImages([64, 64, 3]) };
    const predictor = new Predictor(model), [before] = await predictor.predict([image]);
    const running = predictor.predict([image]);
    for (const { variable } of model.weights) variable?.assign(tf.tidy(() => tf.mul(variable, 0.9)));
    const [[during], [after]] = await Promise.all([running, predictor.predict([image])]);
    assert.deepEqual(during, before);
    const fresh = new Predictor(model);
    assert.deepEqual(after, (await fresh.predict([image]))[0]);
    assert.notDeepEqual(after, before);
    for (const disposable of [predictor, fresh, model]) disposable.dispose();
  },
});

Deno.test({
  name: "engines give all native memory back, also after sizes that they could not compute",
  ignore,
  async fn() {
    const model = createModel({ architecture: "unet", encoder: "resnet18" });
    const before = NativeMemory.allocated, codes = ExecutableMemory.count;
    for (let round = 0; round < 2; round++) {
      const engine = Engine.of(model, { type: "float32", winograd: true, keepSizes: 2 })!;
      for (const [images, side] of [[2, 64], [1, 96], [3, 64], [1, 160]]) {
        const shape = [images, side, side, 3];
        await engine.logits(testImages(shape), shape);
        assert.ok(engine.sizes <= 2);
        // Its deepest map would be enlarged by no whole number.
        const odd = [1, 48, 40, 3];
        await assert.rejects(engine.logits(testImages(odd), odd), OneDnnError);
      }
      assert.ok(NativeMemory.allocated > before);
      assert.equal(ExecutableMemory.count > codes, runsMachineCode());
      engine[Symbol.dispose]();
      assert.equal(NativeMemory.allocated, before);
      assert.equal(ExecutableMemory.count, codes);
    }
    model.dispose();
  },
});

Deno.test({
  name: "an image with another number of channels than the model takes is refused",
  ignore,
  async fn() {
    const model = createModel({ architecture: "unet", encoder: "resnet18" }), predictor = new Predictor(model);
    for (const channels of [2, 4]) {
      const image = { width: 64, height: 64, channels, pixels: testImages([64, 64, channels]) };
      await assert.rejects(predictor.predict([image]), new RegExp(`of 3 channels, not ${channels}`));
    }
    const image = { width: 64, height: 64, channels: 3, pixels: testImages([64, 64, 3]) };
    await predictor.predict([image]);
    assert.equal(predictor.computedBy, "oneDNN");
    for (const disposable of [predictor, model]) disposable.dispose();
  },
});

Deno.test({
  name: "what the engine cannot compute, TensorFlow does",
  ignore,
  async fn() {
    // The matrices that resize a line of 8192 pixels would be too large.
    const model = createModel({ architecture: "pspnet", encoder: "resnet18" });
    const image = { width: 32, height: 16384, channels: 3, pixels: testImages([16384, 32, 3]) };
    const maps = [];
    for (const engine of ["oneDNN", "TensorFlow"] as const) {
      const predictor = new Predictor(model, { engine });
      const small = { width: 32, height: 32, channels: 3, pixels: testImages([32, 32, 3]) };
      await predictor.predict([small]);
      assert.equal(predictor.computedBy, engine);
      maps.push((await predictor.predict([image]))[0]);
      assert.equal(predictor.computedBy, "TensorFlow");
      predictor.dispose();
    }
    assert.deepEqual(maps[0], maps[1]);
    model.dispose();
  },
});

/** Runs a script with this project's modules in a process of its own; returns its lines. */
async function runScript(code: string, env: Record<string, string> = {}): Promise<string[]> {
  const file = await Deno.makeTempFile({ dir: fileURLToPath(new URL("./", import.meta.url)), suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, code);
    return await runProgram(file, env);
  } finally {
    await Deno.remove(file);
  }
}

const SCRIPT = `
  import { createModel, tf } from "lib";
  import { Predictor } from "lib/nn";
  const model = createModel({ architecture: "unet", encoder: "resnet18", seed: 3 });
  const pixels = Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i * i));
  const image = { width: 64, height: 64, channels: 1, pixels };
  const difference = (a: Float32Array, b: Float32Array) => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
  const ops = new Predictor(model, { engine: "TensorFlow" }), [expected] = await ops.predict([image]);
`;

Deno.test({
  name: "a process ends by itself though nobody disposed of its predictor",
  ignore,
  async fn() {
    const lines = await runScript(`${SCRIPT}
      const predictor = new Predictor(model), [map] = await predictor.predict([image]);
      console.log(predictor.computedBy);
      console.log(map.length);`);
    assert.deepEqual(lines, ["oneDNN", "4096"]);
  },
});

for (const threads of [1, 5]) {
  Deno.test({
    name: `${threads} threads share images and rows, also where a map has fewer rows`,
    ignore,
    async fn() {
      const [by, ...off] = await runScript(
        `${SCRIPT}
        const predictor = new Predictor(model);
        const maps = await predictor.predict(Array.from({ length: 7 }, () => image));
        console.log(predictor.computedBy);
        for (const map of maps) console.log(difference(map, expected));`,
        { TF_NUM_INTRAOP_THREADS: `${threads}` },
      );
      assert.equal(by, "oneDNN");
      assert.equal(off.length, 7);
      for (const value of off) assert.ok(Number(value) < 1e-5, value);
    },
  });
}

Deno.test({
  name: "where the system gives no threads, or refuses code that a process writes, TensorFlow computes",
  ignore,
  async fn() {
    const refusals = {
      pthread_create: `const { UnsafeFnPointer } = Deno;
        Object.defineProperty(Deno, "UnsafeFnPointer", { value: class extends UnsafeFnPointer {
          constructor(pointer, definition) {
            super(pointer, definition);
            if (JSON.stringify(definition.parameters) === '["buffer","u64","u64","u64"]') this.call = () => 11;
          }
        } });`,
      mprotect: `const { dlopen } = Deno;
        Object.defineProperty(Deno, "dlopen", { value: (path, definitions) => {
          const library = dlopen(path, definitions);
          return definitions.mprotect ? { symbols: { ...library.symbols, mprotect: () => -1 } } : library;
        } });`,
    };
    for (const [name, refusal] of Object.entries(refusals)) {
      const [by, off] = await runScript(
        `${refusal}
        ${SCRIPT}
        const predictor = new Predictor(model), [map] = await predictor.predict([image]);
        console.log(predictor.computedBy);
        console.log(difference(map, expected));`,
        { TF_NUM_INTRAOP_THREADS: "2" },
      );
      assert.deepEqual([by, off], ["TensorFlow", "0"], name);
    }
  },
});

Deno.test({
  name: "without oneDNN's ops TensorFlow computes",
  ignore,
  async fn() {
    const [by, off] = await runScript(
      `${SCRIPT}
      const predictor = new Predictor(model), [map] = await predictor.predict([image]);
      console.log(predictor.computedBy);
      console.log(difference(map, expected));`,
      { TF_ENABLE_ONEDNN_OPTS: "0" },
    );
    assert.deepEqual([by, off], ["TensorFlow", "0"]);
  },
});
