import type { Device } from "./context.ts";
import { DataType } from "./dtype.ts";

/** The precisions in which a compiled step can multiply. */
export const PRECISIONS = ["float32", "mixed", "mixed-bfloat16", "mixed-float16"] as const;
/** One of {@linkcode PRECISIONS}; `CompileOptions.precision` explains each. */
export type Precision = typeof PRECISIONS[number];

/**
 * Returns the 16-bit type in which a step of this precision is traced, as a value of {@linkcode DataType}; `undefined`
 * if it is traced in 32 bits. `mixed` on a CPU is traced in 32 bits: TensorFlow's graph rewrite then uses oneDNN's
 * bfloat16.
 */
export function tracedType(precision: Precision, device: Device): number | undefined {
  if (precision === "mixed-bfloat16") return DataType.bfloat16;
  return precision === "mixed-float16" || (precision === "mixed" && device === "GPU") ? DataType.float16 : undefined;
}
