import { getBinding } from "../tfjs/backend.ts";
import { DataType } from "../ffi/dtype.ts";
import { type Precision, tracedType } from "../ffi/precision.ts";

/** Returns the precision of the step that is being traced; `float32` outside a trace, where ops run eagerly. */
export function currentPrecision(): Precision {
  return getBinding().trace?.precision ?? "float32";
}

/**
 * Returns the type of 16 bits in which ops of the step that is being traced run, and whether maps stay in it
 * (`CompileOptions.halfMaps`); nothing if all ops run in 32 bits.
 */
export function currentHalf(): { type: "bfloat16" | "float16"; maps: boolean } | undefined {
  const { trace } = getBinding();
  if (trace?.half === undefined) return undefined;
  return { type: trace.half === DataType.bfloat16 ? "bfloat16" : "float16", maps: trace.halfMaps };
}

/** Returns whether gradients would underflow in float16, so that the loss must be scaled. */
export function needsLossScaling(precision: Precision): boolean {
  return tracedType(precision, getBinding().context.info.device) === DataType.float16;
}
