import * as tf from "@tensorflow/tfjs";
import { dataForId, getBackend } from "../tfjs/backend.ts";
import type { Tracer } from "../tfjs/tracer.ts";

/** Makes the symbolic tensor that replaces an argument while a function is traced. */
export function symbolicArgument(trace: Tracer, { shape, dtype }: tf.Tensor): tf.Tensor {
  const number = getBackend().getDTypeInteger(dtype);
  const id = trace.addArgument(shape, number);
  return tf.engine().makeTensorFromTensorInfo({ dataId: dataForId(id, [...shape], number), shape, dtype });
}
