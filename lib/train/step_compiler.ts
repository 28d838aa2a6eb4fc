import { OptionError } from "../io/option_error.ts";
import type { Device, tf } from "../tensorflow/mod.ts";
import { TensorFlowError } from "../tensorflow/ffi/errors.ts";
import type { TrainingConfig } from "./config.ts";

/**
 * What runs a training step: `TensorFlow` runs its ops one by one, `XLA` compiles them into a few kernels first.
 */
export const STEP_COMPILERS = ["TensorFlow", "XLA"] as const;
/** What runs a training step. */
export type StepCompiler = typeof STEP_COMPILERS[number];

/** The variable that names the compiler of trainings. */
export const COMPILER_VARIABLE = "STEP_COMPILER";

/**
 * Pixels of all batches of a training from which compiling pays: on an H200 with 16 cores it takes 31 to 43 s, and saves
 * 7 to 12 ns for each pixel of a step of UNet-ResNet34 (results/bench/gpu-xla.json).
 */
const WORTH_COMPILING = 2 ** 33;

/** A training, as far as it decides on the compiler. */
export interface CompiledWork extends Pick<TrainingConfig, "batchSize" | "cropSize"> {
  /** Number of steps. */
  steps: number;
  device: Device;
  /** Whether the loss is the user's function, with ops that XLA may not know. */
  customLoss: boolean;
}

/**
 * Chooses what runs the steps of a new training: XLA on a GPU if the training is long, or what the variable
 * `STEP_COMPILER` names. Nothing is timed.
 *
 * @throws {OptionError} if the variable names no compiler.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chooseCompiler } from "lib/train/step_compiler.ts";
 *
 * const work = { batchSize: 32, cropSize: 256, steps: 5000, customLoss: false };
 * assert.equal(chooseCompiler({ ...work, device: "GPU" }, ""), "XLA");
 * assert.equal(chooseCompiler({ ...work, device: "CPU" }, ""), "TensorFlow");
 * ```
 */
export function chooseCompiler(
  { batchSize, cropSize, steps, device, customLoss }: CompiledWork,
  given = Deno.env.get(COMPILER_VARIABLE),
): StepCompiler {
  if (given) {
    const compiler = STEP_COMPILERS.find((name) => name === given);
    if (compiler) return compiler;
    throw new OptionError(`${COMPILER_VARIABLE} is "${given}": name one of ${STEP_COMPILERS.join(", ")}`);
  }
  const pixels = steps * batchSize * cropSize ** 2;
  return device === "GPU" && !customLoss && pixels >= WORTH_COMPILING ? "XLA" : "TensorFlow";
}

/**
 * Returns a step that, if TensorFlow fails at its first call, calls `fallBack` and goes on with the step that it returns.
 * A step that XLA could not compile, or whose memory it could not get, has changed nothing.
 *
 * @param step a step that XLA compiles
 */
export function fallingBack<A extends unknown[]>(
  step: (...args: A) => Promise<tf.Tensor1D>,
  fallBack: (error: TensorFlowError) => (...args: A) => Promise<tf.Tensor1D>,
): (...args: A) => Promise<tf.Tensor1D> {
  let current = step, isFirst = true;
  return async (...args) => {
    const mayFail = isFirst;
    isFirst = false;
    try {
      return await current(...args);
    } catch (error) {
      if (!mayFail || !(error instanceof TensorFlowError)) throw error;
      current = fallBack(error);
      return await current(...args);
    }
  };
}
