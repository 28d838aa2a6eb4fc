import * as tf from "@tensorflow/tfjs";
import type { CompileOptions, StepResult } from "./compile_options.ts";
import { getBinding } from "../tfjs/backend.ts";
import { hasFusedConvolution } from "./convolution_fuser.ts";
import { executeStep } from "./execute_step.ts";
import { FrozenValues } from "./frozen_values.ts";
import { RecentlyUsed } from "./recently_used.ts";
import { freeTraced, type TracedStep, traceStep } from "./trace_step.ts";

/** A compiled step, called like the original function. */
export interface CompiledStep<A extends tf.Tensor[], R extends StepResult> {
  /** Runs the step off the event loop; the caller disposes of the result's tensors. */
  (...args: A): Promise<R>;
  /** Number of signatures whose compiled step is cached. */
  readonly traces: number;
  /** Number of nodes of the last trace. */
  readonly nodes: number;
  /** Duration of the last trace, in seconds. */
  readonly traceSeconds: number;
  /**
   * Traces the step for arguments like these, without running it.
   *
   * @returns peak memory of its tensors in bytes, from their static shapes, without its variables and arguments
   */
  plan(...args: A): number;
  /** Frees the traced functions; a running one when it has ended. Safe to call twice. */
  dispose(): void;
}

let serial = 0;

/**
 * Compiles a step: a function of tensors that may read and assign variables. It is traced once per
 * signature (the arguments' shapes and dtypes) and then runs as one TensorFlow op.
 *
 * Variables made by `ResourceVariable` are updated in place; a plain `tf.Variable` that the step
 * assigns gets its new value when the call returns. Other tensors from outside keep the values that
 * they had at the first call of a signature, also if they are disposed of later. Draw random numbers
 * with `randomUniform(shape, seed)`, with the seed among the arguments.
 *
 * @throws {TraceError} from the first call of a signature, if the step calls `dataSync()` or
 * `data()`, if a shape depends on values, or if it draws from a random state; the message names the
 * op and the line.
 * @throws {TensorFlowError} if TensorFlow fails when the step runs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compile, tf } from "lib";
 *
 * const square = compile((x: tf.Tensor) => x.square());
 * const y = await square(tf.tensor1d([1, 2, 3]));
 * assert.deepEqual([...y.dataSync()], [1, 4, 9]);
 * ```
 */
export function compile<A extends tf.Tensor[], R extends StepResult>(
  step: (...args: A) => R,
  options: CompileOptions = {},
): CompiledStep<A, R> {
  const name = options.name ?? (step.name || "step");
  const traced = new RecentlyUsed<TracedStep>(
    options.maxSignatures ?? Infinity,
    freeWhenIdle,
    ({ running }) => running > 0,
  );
  let frozen: FrozenValues | undefined;
  let nodes = 0;
  let traceSeconds = 0;

  const prepare = (args: A): TracedStep => {
    for (const arg of args) {
      if (!(arg instanceof tf.Tensor)) {
        throw new TypeError(
          `${name} takes tensors, not ${arg === null ? "null" : typeof arg}: wrap numbers in tf.scalar`,
        );
      }
    }
    const signature = args.map((arg) => `${arg.dtype}[${arg.shape}]`).join(",");
    let found = traced.get(signature);
    if (!found) {
      const start = performance.now();
      const plainName = name.replace(/\W/g, "_");
      // XLA's kernels belong to a function's name: that of equal functions is equal, so that they are compiled once.
      const functionName = options.xla ? plainName : `${plainName}_${++serial}`;
      if (options.frozen && !frozen && canFreeze(options)) frozen = new FrozenValues(getBinding());
      found = traceStep(functionName, step, args, options, frozen, (count) => nodes = count);
      traceSeconds = (performance.now() - start) / 1000;
      traced.set(signature, found);
    }
    return found;
  };
  const run = async (...args: A): Promise<R> => {
    const found = prepare(args);
    found.running++;
    try {
      return await executeStep(found, args, name, options) as R;
    } finally {
      found.running--;
      if (found.freePending) freeWhenIdle(found);
      else traced.trim();
    }
  };
  return Object.defineProperties(run as CompiledStep<A, R>, {
    name: { value: name },
    traces: { get: () => traced.size },
    nodes: { get: () => nodes },
    traceSeconds: { get: () => traceSeconds },
    plan: { value: (...args: A) => prepare(args).peakBytes },
    dispose: { value: () => traced.clear() },
  });
}

/**
 * Returns whether a frozen step can be prepared for oneDNN: on a processor, if this build of TensorFlow has its
 * convolutions. Those need AVX2, in bfloat16 AVX-512.
 */
function canFreeze({ device, precision = "float32" }: CompileOptions): boolean {
  const { context } = getBinding(), { info } = context;
  if ((device ?? info.device) !== "CPU" || precision === "mixed-float16") return false;
  return info.vectorWidth >= (precision === "float32" ? 8 : 16) && hasFusedConvolution(context);
}

/** Frees a traced function once no call of it is running. */
function freeWhenIdle(traced: TracedStep): void {
  traced.freePending = traced.running > 0;
  if (!traced.freePending) freeTraced(traced);
}
