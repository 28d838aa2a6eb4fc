import { processorVendor } from "lib/nn/algorithms/choose_entry.ts";
import type { RuntimeInfo } from "lib/tensorflow";

/**
 * Returns how the names of a processor's results end: each kind keeps its own. Empty for AVX2 and less, else `-avx512` (Intel's),
 * `-avx512-amd` or `-amx`.
 */
export function processorKind(
  { bfloat16, vectorWidth, processor }: Pick<RuntimeInfo, "bfloat16" | "vectorWidth" | "processor">,
): string {
  if (bfloat16 === "AMX") return "-amx";
  if (vectorWidth < 16) return "";
  return processorVendor(processor) === "AMD" ? "-avx512-amd" : "-avx512";
}
