import * as tf from "@tensorflow/tfjs";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";
import { dataTypeSize } from "../ffi/dtype.ts";
import { TraceError } from "../ffi/errors.ts";
import { symbolicArgument } from "./symbolic_argument.ts";
import { Trace } from "./trace.ts";
import type { CalledFunction } from "../tfjs/tracer.ts";

const traced = new Map<string, CalledFunction>();

/**
 * Computes `body(...inputs)`. Within a compiled step, `body` becomes a TensorFlow function that all steps share: it is
 * traced once per name and input shapes, and each call is one node. Use it for parts of many ops that a model repeats.
 *
 * @param name identifies `body` and every value that it depends on besides its inputs
 * @param body reads no tensor except its inputs, and defines no gradient
 * @throws {TraceError} if `body` reads a tensor that is not among its inputs.
 */
export function subgraph<A extends tf.Tensor[], T extends tf.Tensor>(
  name: string,
  inputs: [...A],
  body: (...inputs: A) => T,
): T {
  const binding = getBinding(), { trace } = binding;
  if (!trace) return body(...inputs);
  const key = `${name}_${trace.precision}_${inputs.map(({ dtype, shape }) => `${dtype}_${shape.join("x")}`).join("_")}`;
  let called = traced.get(key);
  if (!called) {
    const inner = new Trace(binding, key.replace(/\W/g, "_"), trace.precision, trace.device);
    const engine = tf.engine();
    binding.trace = inner;
    engine.startScope(key);
    try {
      const result = body(...inputs.map((input) => symbolicArgument(inner, input)) as A);
      const id = tensorId(result);
      if (inner.captures.length || binding.entry(id).kind !== "symbolic") {
        throw new TraceError(`${name} reads a tensor that is not among its inputs`);
      }
      inner.finish([id]);
      const { dtype } = binding.entry(id), shape = [...result.shape];
      const scratch = inner.peakBytes([id]) - result.size * dataTypeSize(dtype);
      traced.set(key, called = { name: inner.name, shape, dtype, scratch });
    } finally {
      for (const { entry } of inner.captures) binding.release(entry);
      engine.endScope();
      binding.trace = trace;
      inner.dispose();
    }
  }
  return toTensor(trace.addCall(called, inputs.map(tensorId))) as T;
}
