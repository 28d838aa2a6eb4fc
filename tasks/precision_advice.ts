import { processorVendor } from "lib/nn/algorithms/choose_entry.ts";
import type { RuntimeInfo } from "lib/tensorflow";
import type { Precision } from "lib/tensorflow/ffi/precision.ts";

/** How a command's option chooses 16 bits, and what it changes. */
const PURPOSES = {
  training: "-p precision=mixed",
  prediction: "--precision mixed",
} as const;

/**
 * Returns a line of advice about the precision: that 16 bits are faster on this processor, or slower. Intel's AMX tiles
 * multiply many times as many numbers of bfloat16 at once. AMD's processors (Zen 4 on) multiply twice as many, and the tiles of
 * Winograd's method need fewer than half of float32's products, so that 16 bits gain a fifth at most. Intel's AVX-512 multiplies as
 * many of bfloat16 as of float32, so that the conversions only cost time (`docs/developer/processors.md`). For float16 no
 * processor is known to be faster.
 *
 * @param chosen the precision that the user chose; absent if it is the default
 * @returns an empty text if there is nothing to advise
 */
export function precisionAdvice(
  { device, bfloat16, processor }: Pick<RuntimeInfo, "device" | "bfloat16" | "processor">,
  chosen: Precision | undefined,
  purpose: keyof typeof PURPOSES,
): string {
  if (device !== "CPU" || chosen === "float32") return "";
  if (chosen === "mixed-float16") {
    return "Processors are not known to multiply float16 faster than float32 (on a Xeon: 0.80 times as fast): " +
      `${purpose} with precision ${chosen} is probably slower`;
  }
  if (chosen === undefined) {
    return bfloat16 === "AMX"
      ? `This processor multiplies bfloat16: ${PURPOSES[purpose]} makes ${purpose} up to twice as fast`
      : "";
  }
  if (bfloat16 === "AMX" || bfloat16 === "AVX-512" && processorVendor(processor) === "AMD") return "";
  const reason = bfloat16 ? "multiplies bfloat16 no faster than float32" : "has no instructions for bfloat16";
  return `This processor ${reason}: ${purpose} with precision ${chosen} is slower than with float32`;
}
