import type { CompileOptions, Device, Precision } from "../../tensorflow/mod.ts";
import type { AlgorithmEntry } from "./algorithm_table.ts";

/**
 * Returns how the step of a training is compiled with an entry: if this says so, `mixed` on a processor is traced in bfloat16,
 * instead of being rewritten by TensorFlow.
 */
export function tracedPrecision(
  { bfloat16 }: Pick<AlgorithmEntry, "bfloat16">,
  precision: Precision,
  device: Device,
): Pick<CompileOptions, "precision" | "halfMaps"> {
  const isNative = precision === "mixed" && device === "CPU" && bfloat16 === "native";
  return isNative ? { precision: "mixed-bfloat16", halfMaps: true } : { precision };
}
