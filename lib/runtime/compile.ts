import * as tf from "@tensorflow/tfjs";
import { getBackend, getBinding, tensorId, toTensor } from "./backend.ts";
import type { Entry } from "./binding.ts";
import type { Device } from "./context.ts";
import { TensorFlowError, TraceError } from "./errors.ts";
import type { Precision } from "./precision.ts";
import { configProto } from "./protobuf.ts";
import { RecentlyUsed } from "./recently_used.ts";
import { cString, toCString } from "./symbols.ts";
import { argumentOf } from "./symbolic_argument.ts";
import { Trace } from "./trace.ts";

/** What a step may return: nothing, a tensor, a list or a record of tensors. */
export type StepResult = void | tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  /** Appears in messages and profiles. Default: the function's name. */
  name?: string;
  /**
   * The mixed precisions run convolutions and matrix products in 16 bit and keep variables, sums and
   * statistics in float32: `mixed-float16`, `mixed-bfloat16`, or with `mixed` what most devices are fastest with (float16
   * on a GPU, bfloat16 on a CPU). A gradient in float16 needs its loss scaled: `Optimizer` does so.
   * Default `float32`.
   */
  precision?: Precision;
  /**
   * Let TensorFlow merge batch normalisation and activations into convolutions (its remapper) and
   * reorder sums (its arithmetic optimiser): faster inference, and results that differ from the eager
   * ones by a few 1e-6. Default `false`: a compiled step gives the eager ops' numbers bit for bit.
   */
  fuse?: boolean;
  /** Compile with XLA as well. Default `false`. */
  xla?: boolean;
  /** The device that the step is traced for. Default: the one that runs it. Another one is for planning. */
  device?: Device;
  /**
   * Most signatures that stay compiled: those that were called longest ago are freed, and compiled again when they are
   * called again. Default: all stay.
   */
  keep?: number;
  /**
   * Run the step's ops one after the other in one thread; each op still uses all threads for itself. The ops keep what they
   * prepare for a shape per thread, so that many shapes take less memory and are prepared once. A GPU does so anyway.
   * Default `false`.
   */
  sequential?: boolean;
}

/** A step, compiled: call it as the function that it came from. */
export interface CompiledStep<A extends tf.Tensor[], R extends StepResult> {
  /** Runs the step off the event loop; the caller disposes of the result's tensors. */
  (...args: A): Promise<R>;
  /** How many signatures are compiled now. */
  readonly traces: number;
  /** Nodes of the last trace. */
  readonly nodes: number;
  /** Seconds that the last trace took. */
  readonly traceSeconds: number;
  /**
   * Traces the step for arguments like these, without running it.
   *
   * @returns bytes that its tensors take at once, from their static shapes; its variables and arguments not counted
   */
  plan(...args: A): number;
  /** Frees the traced functions, those that run when they have ended. Safe to call twice. */
  dispose(): void;
}

interface Traced {
  name: string;
  inputs: ({ entry: Entry } | { variable: tf.Variable })[];
  /** Plain variables that the step assigns: outputs after the result's. */
  assigned: tf.Variable[];
  outputs: number;
  rebuild: (tensors: tf.Tensor[]) => StepResult;
  peakBytes: number;
  /** Calls that have not returned yet. */
  running: number;
  /** Whether it is to be freed when they have. */
  leaving: boolean;
}

let serial = 0;

/** TensorFlow's name of the executor that stays in the calling thread. */
const SEQUENTIAL = new TextEncoder().encode("SINGLE_THREADED_EXECUTOR");

/**
 * Compiles a step: a function of tensors that may read and assign variables. It is traced once per
 * signature (the arguments' shapes and dtypes) and then runs as one TensorFlow op.
 *
 * Variables made by `ResourceVariable` are updated in place; a plain `tf.Variable` that the step
 * assigns gets its new value when the call returns. Other tensors from outside are captured as
 * they are at the first call. Random numbers come from `randomUniform(shape, seed)` with the seed
 * among the arguments.
 *
 * @throws {TraceError} from the first call of a signature, if the step reads a value, if a shape
 * depends on values, or if it draws from a random state; the message names the op and the line.
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
  const traced = new RecentlyUsed<Traced>(options.keep ?? Infinity, giveUp, ({ running }) => running > 0);
  let nodes = 0;
  let traceSeconds = 0;

  const prepare = (args: A): Traced => {
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
      const functionName = `${name.replace(/\W/g, "_")}_${++serial}`;
      found = trace(functionName, step, args, options, (count) => nodes = count);
      traceSeconds = (performance.now() - start) / 1000;
      traced.set(signature, found);
    }
    return found;
  };
  const run = async (...args: A): Promise<R> => {
    const found = prepare(args);
    found.running++;
    try {
      return await execute(found, args, name, options) as R;
    } finally {
      found.running--;
      if (found.leaving) giveUp(found);
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

/** Frees a traced function once it does not run. */
function giveUp(traced: Traced): void {
  traced.leaving = traced.running > 0;
  if (!traced.leaving) free(traced);
}

/** Frees a traced function with what it captured. */
function free({ name, inputs }: Traced): void {
  const binding = getBinding(), { context } = binding;
  for (const input of inputs) if ("entry" in input) binding.release(input.entry);
  context.symbols.TFE_ContextRemoveFunction(context.handle, toCString(name), context.status);
}

function flatten(result: StepResult): { tensors: tf.Tensor[]; rebuild: Traced["rebuild"] } {
  if (result === undefined || result === null) return { tensors: [], rebuild: () => undefined };
  if (result instanceof tf.Tensor) return { tensors: [result], rebuild: ([tensor]) => tensor };
  if (Array.isArray(result)) return { tensors: result, rebuild: (tensors) => tensors };
  const names = Object.keys(result);
  return {
    tensors: Object.values(result),
    rebuild: (tensors) => Object.fromEntries(names.map((name, i) => [name, tensors[i]])),
  };
}

/** Ends the trace that is under way. */
let endTrace: (() => void) | undefined;

/** Ends a trace that was interrupted, so that ops are run again. */
export function endInterruptedTrace(): void {
  endTrace?.();
}

function trace<A extends tf.Tensor[]>(
  functionName: string,
  step: (...args: A) => StepResult,
  args: A,
  { precision = "float32", device }: CompileOptions,
  reportNodes: (count: number) => void,
): Traced {
  const binding = getBinding();
  const backend = getBackend();
  if (binding.trace) throw new TraceError(`${functionName} was called within another compiled step`);
  const engine = tf.engine();
  // A plain variable's assignment swaps its data: keep the old data, see afterwards who swapped.
  const plain = Object.values(engine.state.registeredVariables);
  const before = plain.map((variable) => {
    const id = tensorId(variable);
    backend.incRef(variable.dataId);
    return { variable, id, dataId: variable.dataId };
  });
  const graph = new Trace(binding, functionName, precision, device ?? binding.context.info.device);
  let restored = false;
  const restore = (): { variable: tf.Variable; id: number }[] => {
    const changed: { variable: tf.Variable; id: number }[] = [];
    if (restored) return changed;
    restored = true;
    for (const { variable, dataId } of before) {
      if (variable.dataId !== dataId) {
        changed.push({ variable, id: tensorId(variable) });
        variable.dataId = dataId as typeof variable.dataId;
      } else backend.disposeData(dataId);
    }
    return changed;
  };
  const end = () => {
    binding.trace = endTrace = undefined;
    graph.dispose();
  };
  const abandon = () => {
    restore();
    for (const { entry } of graph.captures) binding.release(entry);
  };
  try {
    binding.trace = graph;
    endTrace = () => {
      abandon();
      end();
    };
    engine.startScope(functionName);
    try {
      const result = step(...args.map((arg) => argumentOf(graph, arg)) as A);
      if (result instanceof Promise) {
        throw new TraceError(`${functionName} is async: a compiled step returns tensors, not a promise`);
      }
      const { tensors, rebuild } = flatten(result);
      const outputIds = tensors.map(tensorId);
      const assigned = restore();
      graph.finish([...outputIds, ...assigned.map(({ id }) => id)]);
      const variableOf = new Map(before.map(({ variable, id }) => [id, variable]));
      return {
        name: functionName,
        inputs: graph.captures.map(({ entry, id }) => {
          const variable = variableOf.get(id);
          if (variable) binding.release(entry);
          return variable ? { variable } : { entry };
        }),
        assigned: assigned.map(({ variable }) => variable),
        outputs: tensors.length,
        rebuild,
        peakBytes: graph.peakBytes(outputIds),
        running: 0,
        leaving: false,
      };
    } catch (error) {
      abandon();
      throw error;
    } finally {
      engine.endScope();
    }
  } finally {
    reportNodes(graph.nodes);
    end();
  }
}

async function execute(traced: Traced, args: tf.Tensor[], name: string, options: CompileOptions): Promise<StepResult> {
  const binding = getBinding();
  const { symbols, handle: context } = binding.context;
  const status = symbols.TF_NewStatus();
  const op = symbols.TFE_NewOp(context, toCString(traced.name), status);
  binding.context.check(name, status);
  const outputs = new BigUint64Array(Math.max(1, traced.outputs + traced.assigned.length));
  const count = new Int32Array([traced.outputs + traced.assigned.length]);
  try {
    for (const arg of args) {
      const entry = binding.entry(tensorId(arg));
      let handle = entry.handle;
      let temporary: tf.Tensor | undefined;
      if (entry.kind === "variable") {
        temporary = tf.clone(arg);
        handle = binding.entry(tensorId(temporary)).handle;
      }
      symbols.TFE_OpAddInput(op, handle, status);
      temporary?.dispose();
    }
    for (const input of traced.inputs) {
      const entry = "entry" in input ? input.entry : binding.entry(tensorId(input.variable));
      symbols.TFE_OpAddInput(op, entry.handle, status);
    }
    const gpu = binding.isUsingGpuDevice();
    const bfloat16 = options.precision === "mixed" && !gpu;
    // With neither a rewrite nor a merger to bring in, all that the optimisers can gain is the layout that a GPU likes best;
    // the others would take seconds.
    const asTraced = !bfloat16 && !options.fuse && !options.xla;
    const optimizers = asTraced ? gpu ? ["layout"] : [] : undefined;
    const config = configProto({ bfloat16, fuse: options.fuse, optimizers });
    symbols.TFE_OpSetAttrString(op, cString("config_proto"), config, BigInt(config.length));
    if (options.sequential && !gpu) {
      // A GPU's functions have parts on both devices, which this executor does not run.
      symbols.TFE_OpSetAttrString(op, cString("executor_type"), SEQUENTIAL, BigInt(SEQUENTIAL.length));
    }
    if (options.xla) symbols.TFE_OpSetAttrBool(op, cString("_XlaMustCompile"), 1);
    binding.context.check(name, status);
    binding.executions++;
    await symbols.TFE_ExecuteAsync(op, outputs, count, status);
    const code = symbols.TF_GetCode(status);
    if (code !== 0) {
      const shapes = args.map((arg) => `[${arg.shape}] ${arg.dtype}`).join(", ");
      throw new TensorFlowError(name, code, `${name}(${shapes}): ${binding.context.message(status)}`);
    }
  } finally {
    symbols.TFE_DeleteOp(op);
    symbols.TF_DeleteStatus(status);
  }
  const tensors = Array.from(outputs.subarray(0, count[0]), (handle) => toTensor(binding.adopt(handle)));
  traced.assigned.forEach((variable, i) => {
    const value = tensors[traced.outputs + i];
    variable.assign(value);
    value.dispose();
  });
  return traced.rebuild(tensors.slice(0, traced.outputs));
}
