import type { RuntimeInfo } from "lib/tensorflow";
import type { Precision } from "lib/tensorflow/ffi/precision.ts";
import { adviceHere } from "./algorithm_advice.ts";
import { precisionAdvice } from "./precision_advice.ts";

/**
 * Returns lines of advice before a training: about its precision, and about algorithms that were not measured on this processor.
 *
 * @param chosen the precision that the user chose; absent if it is the default
 * @param threads threads of the training. Default: those of this process
 */
export function trainingAdvice(info: RuntimeInfo, chosen: Precision | undefined, threads?: number): string[] {
  return [precisionAdvice(info, chosen, "training"), adviceHere(info, threads)].filter((line) => line !== "");
}
