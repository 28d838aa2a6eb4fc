import { getBinding } from "../tfjs/backend.ts";
import { DataType } from "../ffi/dtype.ts";
import { type Precision, tracedType } from "../ffi/precision.ts";

/** The precision of the step that is being traced; `float32` outside, where ops run one by one. */
export function currentPrecision(): Precision {
  return getBinding().trace?.precision ?? "float32";
}

/** Whether a training's gradients would be lost below float16's smallest numbers, so that its loss must be scaled. */
export function needsLossScaling(precision: Precision): boolean {
  return tracedType(precision, getBinding().context.info.device) === DataType.float16;
}
