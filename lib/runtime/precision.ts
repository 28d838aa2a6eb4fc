import { getBinding } from "./backend.ts";

/** In which precision a compiled step multiplies. */
export type Precision = "float32" | "mixed" | "mixed-bfloat16";

/** The precision of the step that is being traced; `float32` outside, where ops run one by one. */
export function tracedPrecision(): Precision {
  return getBinding().trace?.precision ?? "float32";
}
