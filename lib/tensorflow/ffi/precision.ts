import type { Device } from "./context.ts";
import { DataType } from "./dtype.ts";

/** In which precision a compiled step multiplies. */
export const PRECISIONS = ["float32", "mixed", "mixed-bfloat16", "mixed-float16"] as const;
/** One of {@linkcode PRECISIONS}; what each does is at `CompileOptions.precision`. */
export type Precision = typeof PRECISIONS[number];

/**
 * The 16 bit type in which a step of this precision is traced, as a number of {@linkcode DataType}; `undefined` where it is
 * traced in 32 bit. `mixed` on a CPU is: there TensorFlow's own rewrite knows what oneDNN has for bfloat16.
 */
export function tracedType(precision: Precision, device: Device): number | undefined {
  if (precision === "mixed-bfloat16") return DataType.bfloat16;
  return precision === "mixed-float16" || (precision === "mixed" && device === "GPU") ? DataType.float16 : undefined;
}
