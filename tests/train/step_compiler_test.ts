// @tags slow
import assert from "node:assert/strict";
import { createModel, runtimeInfo, tf, TrainingConfig } from "lib";
import type { Precision } from "lib/tensorflow";
import { Optimizer } from "lib/train";
import { OptionError } from "lib/io/option_error.ts";
import { TensorFlowError } from "lib/tensorflow/ffi/errors.ts";
import { chooseStep, chooseStepCompiler } from "lib/train/choose_step.ts";
import { lossParameters } from "lib/train/losses/losses.ts";
import { trainRun } from "lib/runs";
import { describeMachine, type Machine, roundsEqually, thisMachine } from "lib/train/machine.ts";
import { chooseCompiler, COMPILER_VARIABLE, type StepCompiler } from "lib/train/step_compiler.ts";
import type { Trainer } from "lib/train/trainer.ts";
import type { TrainingProgress } from "lib/train/training_progress.ts";
import { trainingStep } from "lib/train/training_step.ts";
import { functionNames } from "../tensorflow/graph/function_names.ts";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const long = { batchSize: 32, cropSize: 256, steps: 4096, device: "GPU", customLoss: false } as const;
const gpu: Machine = { threads: 16, device: "GPU", processor: "Xeon", instructions: "AVX-512", algorithms: "direct" };

/** Runs `body` with a value of the variable that names the compiler. */
function withCompiler<T>(name: string, body: () => T): T {
  const given = Deno.env.get(COMPILER_VARIABLE);
  Deno.env.set(COMPILER_VARIABLE, name);
  try {
    return body();
  } finally {
    if (given === undefined) Deno.env.delete(COMPILER_VARIABLE);
    else Deno.env.set(COMPILER_VARIABLE, given);
  }
}

Deno.test("XLA compiles the steps of long trainings on a GPU, or what the variable says", () => {
  assert.equal(chooseCompiler(long, ""), "XLA");
  assert.equal(chooseCompiler({ ...long, steps: 4095 }, ""), "TensorFlow");
  assert.equal(chooseCompiler({ ...long, device: "CPU" }, ""), "TensorFlow");
  assert.equal(chooseCompiler({ ...long, customLoss: true }, ""), "TensorFlow");
  assert.equal(chooseCompiler({ ...long, steps: 1 }, "XLA"), "XLA");
  assert.equal(chooseCompiler(long, "TensorFlow"), "TensorFlow");
  assert.throws(
    () => chooseCompiler(long, "xla"),
    (error) =>
      error instanceof OptionError && /STEP_COMPILER is "xla": name one of TensorFlow, XLA/.test(error.message),
  );
});

Deno.test("a training that continues keeps what ran its steps", () => {
  const config = TrainingConfig.parse({ batchSize: 32, epochs: 100 });
  const work = { config, batches: { length: 50 } };
  assert.equal(chooseStepCompiler(work, gpu, undefined), "XLA");
  assert.equal(chooseStepCompiler(work, gpu, gpu), "TensorFlow", "it began without");
  const short = { ...work, config: { ...config, epochs: 1 } };
  assert.equal(chooseStepCompiler(short, gpu, undefined), "TensorFlow");
  assert.equal(chooseStepCompiler(short, gpu, { ...gpu, compiler: "XLA" }), "XLA");
  withCompiler("TensorFlow", () => {
    assert.equal(chooseStepCompiler(short, gpu, { ...gpu, compiler: "XLA" }), "TensorFlow", "as the variable says");
  });
  withCompiler("xla", () => assert.throws(() => chooseStepCompiler(short, gpu, gpu), OptionError));
  assert.equal(chooseStepCompiler(work, { ...gpu, device: "CPU" }, { ...gpu, compiler: "XLA" }), "TensorFlow");
});

Deno.test("machines whose steps XLA compiled round differently and say so", () => {
  const compiled: Machine = { ...gpu, compiler: "XLA" };
  assert.ok(!roundsEqually(gpu, compiled));
  assert.ok(roundsEqually(compiled, { ...compiled }));
  assert.equal(describeMachine(compiled), "a GPU with Xeon (steps compiled by XLA)");
  assert.equal(describeMachine(gpu), "a GPU with Xeon");
});

Deno.test("a step that XLA cannot compile runs without it, with a warning, and the record says so", async () => {
  const config = TrainingConfig.parse({}), asked: unknown[] = [], warnings: string[] = [];
  const failing = (code: number) =>
    ({
      getStep: (_config: unknown, _loss: unknown, compiler?: string) => {
        asked.push(compiler);
        return compiler
          ? () => Promise.reject(new TensorFlowError("training step", code, "no such kernel"))
          : () => Promise.resolve("a loss");
      },
    }) as unknown as Trainer;
  const options = { config, onWarning: (message: string) => void warnings.push(message) };
  // The arguments do not matter to these steps.
  const call = (trainer: Trainer, state: { machines: Machine[] }, hasTrained = false) =>
    (chooseStep(options, trainer, state, hasTrained) as () => Promise<unknown>)();

  const state = { machines: [{ ...gpu, compiler: "XLA" as const }] };
  assert.equal(await call(failing(3), state), "a loss");
  assert.deepEqual(asked, ["XLA", undefined]);
  assert.match(warnings[0], /STEP_COMPILER=TensorFlow to skip the attempt\. The reason: .*no such kernel/);
  assert.deepEqual(state.machines, [gpu]);

  const continued = { machines: [{ ...gpu, compiler: "XLA" as const }] };
  await call(failing(3), continued, true);
  assert.deepEqual(continued.machines, [{ ...gpu, compiler: "XLA" }, gpu], "its first steps were compiled");

  const cpu: Machine = { ...gpu, device: "CPU" };
  const moved = { machines: [cpu, { ...gpu, compiler: "XLA" as const }] };
  await call(failing(3), moved);
  assert.deepEqual(moved.machines, [cpu, gpu], "on the GPU, XLA ran no step");

  const machine = { ...gpu, compiler: "XLA" as const };
  const wrong = { getStep: () => () => Promise.reject(new TypeError("no tensor")) } as unknown as Trainer;
  await assert.rejects(call(wrong, { machines: [machine] }), TypeError, "XLA is not the reason");
  const later = chooseStep(
    options,
    {
      getStep: () => {
        let calls = 0;
        return () => calls++ ? Promise.reject(new TensorFlowError("training step", 8, "full")) : Promise.resolve();
      },
    } as unknown as Trainer,
    { machines: [machine] },
    false,
  ) as () => Promise<unknown>;
  await later();
  await assert.rejects(later(), TensorFlowError, "a later step may have changed weights");
});

const images = tf.randomUniform([2, 32, 32, 3], 0, 1, "float32", 1) as tf.Tensor4D;
const masks = tf.randomUniform([2, 32, 32, 1], 0, 1, "float32", 2).greater(0.5).toFloat() as tf.Tensor4D;
const seed = tf.tensor1d([1, 1], "int32"), parameters = lossParameters("focal");

/** The losses of three steps of a new model, and the name of the step's function. */
async function trainModel(compiler: StepCompiler, precision: Precision) {
  const model = createModel({ architecture: "pspnet", encoder: "resnet18", seed: 3, pspDropout: 0 });
  const optimizer = new Optimizer(model.weights.trainable(), { name: "adamw", weightDecay: 1e-4, precision });
  const step = trainingStep(model, optimizer, { loss: "focal", precision, compiler });
  const { result: losses, names } = await functionNames(async () => {
    const losses: number[] = [];
    for (let k = 1; k <= 3; k++) {
      const control = optimizer.control(k, 1e-3);
      const loss = await step(images, masks, control, seed, parameters);
      losses.push(loss.dataSync()[0]);
      tf.dispose([loss, control]);
    }
    return losses;
  });
  step.dispose();
  optimizer.dispose();
  model.dispose();
  return { losses, names };
}

Deno.test("a training step that XLA compiles computes the same losses", async () => {
  const expected = await trainModel("TensorFlow", "float32");
  const first = await trainModel("XLA", "float32"), second = await trainModel("XLA", "float32");
  for (const [k, loss] of first.losses.entries()) {
    assert.ok(Math.abs(loss / expected.losses[k] - 1) < (k === 0 ? 1e-5 : 5e-3), `${first.losses}, ${expected.losses}`);
  }
  assert.match(first.names[0], /^training_step_[0-9a-f]{64}$/);
  assert.deepEqual(second, first, "the same kernels, compiled once");
});

Deno.test("mixed precision that XLA compiles computes in bfloat16 on a CPU", {
  ignore: runtimeInfo().device !== "CPU",
}, async () => {
  const mixed = await trainModel("XLA", "mixed");
  assert.deepEqual(mixed, await trainModel("XLA", "mixed-bfloat16"));
  const single = await trainModel("XLA", "float32");
  assert.notDeepEqual(mixed.losses, single.losses);
  assert.ok(Math.abs(mixed.losses[0] / single.losses[0] - 1) < 2e-2, `${mixed.losses}, ${single.losses}`);
});

Deno.test("a run records that XLA compiled its steps, and continues so", async () => {
  const dataset = await smallDataset();
  const config = smallTraining({ encoder: "resnet18", batchSize: 4, epochs: 2, cropSize: 32, checkpointMinutes: 1e-6 });
  const phases = new Set<string>();
  const train = (results: string, until?: number) => {
    const controller = new AbortController();
    const onProgress = ({ step, phase }: TrainingProgress) => {
      phases.add(phase);
      if (step === until) controller.abort();
    };
    return trainRun({ config, dataset, results, onProgress, signal: controller.signal }).catch((error) => {
      if (!controller.signal.aborted) throw error;
    });
  };
  await using folder = await temporaryFolder();
  const given = Deno.env.get(COMPILER_VARIABLE);
  Deno.env.set(COMPILER_VARIABLE, "XLA");
  try {
    await train(folder.path, 2);
    assert.ok(phases.has("compiling"));
    Deno.env.delete(COMPILER_VARIABLE);
    const run = await train(folder.path);
    assert.deepEqual(run!.record.machines, [{ ...thisMachine(), compiler: "XLA" }]);
    Deno.env.set(COMPILER_VARIABLE, "XLA");
    await using other = await temporaryFolder();
    const undisturbed = await train(other.path);
    assert.deepEqual(run!.record.stepLosses, undisturbed!.record.stepLosses, "the same kernels");
  } finally {
    if (given === undefined) Deno.env.delete(COMPILER_VARIABLE);
    else Deno.env.set(COMPILER_VARIABLE, given);
  }
});
