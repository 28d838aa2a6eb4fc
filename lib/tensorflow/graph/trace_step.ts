import * as tf from "@tensorflow/tfjs";
import { TraceError } from "../ffi/errors.ts";
import { toCString } from "../ffi/symbols.ts";
import { getBackend, getBinding, tensorId } from "../tfjs/backend.ts";
import type { Entry } from "../tfjs/entry.ts";
import type { CompileOptions, StepResult } from "./compile_options.ts";
import type { FrozenStep } from "./frozen_step.ts";
import type { FrozenValues } from "./frozen_values.ts";
import { symbolicArgument } from "./symbolic_argument.ts";
import { Trace } from "./trace.ts";

/** A step as a TensorFlow function. */
export interface TracedStep {
  /** The function's name. */
  name: string;
  inputs: ({ entry: Entry } | { variable: tf.Variable })[];
  /** Plain variables that the step assigns: their values are outputs after the result's. */
  assigned: tf.Variable[];
  outputs: number;
  rebuild: (tensors: tf.Tensor[]) => StepResult;
  peakBytes: number;
  /** The variables whose resources the step writes. */
  written: readonly Entry[];
  /** Present if the step is frozen. */
  frozen: FrozenStep | undefined;
  /** What its ops need. */
  kept: DisposableStack;
  /** Calls that have not returned yet. */
  running: number;
  /** Whether it is freed as soon as these calls have returned. */
  freePending: boolean;
}

/** Frees a traced function and its captured tensors. */
export function freeTraced({ name, inputs, frozen, kept }: TracedStep): void {
  const binding = getBinding();
  for (const input of inputs) if ("entry" in input) binding.release(input.entry);
  removeFunction(name);
  frozen?.free();
  kept.dispose();
}

/** Removes a function. TensorFlow counts how often an equal one was added, and keeps it for the other steps. */
function removeFunction(name: string): void {
  const { context } = getBinding();
  context.symbols.TFE_ContextRemoveFunction(context.handle, toCString(name), context.status);
}

function flatten(result: StepResult): { tensors: tf.Tensor[]; rebuild: TracedStep["rebuild"] } {
  if (result === undefined || result === null) return { tensors: [], rebuild: () => undefined };
  if (result instanceof tf.Tensor) return { tensors: [result], rebuild: ([tensor]) => tensor };
  if (Array.isArray(result)) return { tensors: result, rebuild: (tensors) => tensors };
  const names = Object.keys(result);
  return {
    tensors: Object.values(result),
    rebuild: (tensors) => Object.fromEntries(names.map((name, i) => [name, tensors[i]])),
  };
}

/** Frees the tensors that tfjs keeps for a gradient; tfjs itself frees them only after the gradient is computed. */
function disposeOfTape(state: ReturnType<typeof tf.engine>["state"]): void {
  for (const { saved } of state.activeTape ?? []) saved?.forEach((tensor) => tensor.dispose());
  state.activeTape = [];
}

/** Ends the current trace. */
let endTrace: (() => void) | undefined;

/** Ends a trace that was interrupted, so that ops run eagerly again. */
export function endInterruptedTrace(): void {
  endTrace?.();
}

/** Traces a step into a TensorFlow function. */
export function traceStep<A extends tf.Tensor[]>(
  functionName: string,
  step: (...args: A) => StepResult,
  args: A,
  { precision = "float32", device, xla, halfMaps }: CompileOptions,
  values: FrozenValues | undefined,
  reportNodes: (count: number) => void,
): TracedStep {
  const binding = getBinding();
  const backend = getBackend();
  if (binding.trace) throw new TraceError(`${functionName} was called within another compiled step`);
  const engine = tf.engine();
  // Assigning a plain variable swaps its data: keep the old data to find the assigned variables afterwards.
  const plain = Object.values(engine.state.registeredVariables);
  const before = plain.map((variable) => {
    const id = tensorId(variable);
    backend.incRef(variable.dataId);
    return { variable, id, dataId: variable.dataId };
  });
  const on = device ?? binding.context.info.device;
  const tracer = new Trace(binding, functionName, precision, on, values, xla, halfMaps);
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
    tracer.dispose();
  };
  const abandon = () => {
    restore();
    if (engine.state.gradientDepth === 0) disposeOfTape(engine.state);
    for (const { entry } of tracer.captures) binding.release(entry);
    tracer.kept.dispose();
  };
  try {
    binding.trace = tracer;
    endTrace = () => {
      abandon();
      end();
    };
    engine.startScope(functionName);
    let registered: string | undefined;
    try {
      const result = step(...args.map((arg) => symbolicArgument(tracer, arg)) as A);
      if (result instanceof Promise) {
        throw new TraceError(`${functionName} is async: a compiled step returns tensors, not a promise`);
      }
      const { tensors, rebuild } = flatten(result);
      const outputIds = tensors.map(tensorId);
      const assigned = restore();
      const name = registered = tracer.finish([...outputIds, ...assigned.map(({ id }) => id)]);
      const variables = new Map(before.map(({ variable, id }) => [id, variable]));
      return {
        name,
        inputs: tracer.captures.map(({ entry, id }) => {
          const variable = variables.get(id);
          if (variable) binding.release(entry);
          return variable ? { variable } : { entry };
        }),
        assigned: assigned.map(({ variable }) => variable),
        outputs: tensors.length,
        rebuild,
        peakBytes: tracer.peakBytes(outputIds),
        written: tracer.written(),
        frozen: tracer.frozen,
        kept: tracer.kept,
        running: 0,
        freePending: false,
      };
    } catch (error) {
      abandon();
      if (registered !== undefined) removeFunction(registered);
      throw error;
    } finally {
      engine.endScope();
    }
  } finally {
    reportNodes(tracer.graph.nodes);
    end();
    values?.prune();
  }
}
