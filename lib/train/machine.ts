import { z } from "zod";
import { runtimeInfo } from "../tensorflow/mod.ts";

/**
 * Everything that rounding depends on except the library. If it is equal, the numbers of a training are equal bit for
 * bit.
 */
export const Machine = z.object({
  /** Threads that share one training. */
  threads: z.int().positive(),
  /** `CPU` or `GPU`. */
  device: z.string(),
  processor: z.string(),
  /** The widest instructions that TensorFlow's kernels use, such as `AVX2`; empty if unknown. */
  instructions: z.string().default(""),
});
/** Everything that rounding depends on except the library. */
export type Machine = z.output<typeof Machine>;

/** Returns the widest instruction set of this processor. */
function instructionSet(): string {
  const { vectorWidth, bfloat16 } = runtimeInfo();
  const vectors = { 16: "AVX-512", 8: "AVX2" }[vectorWidth] ?? Deno.build.arch;
  return bfloat16 === "AMX" ? `${vectors} with AMX` : vectors;
}

/** Describes the machine of this process. */
export function thisMachine(): Machine {
  const { threads, device, processor } = runtimeInfo();
  return { threads, device, processor, instructions: instructionSet() };
}

/** Returns whether two machines round alike. A property that one of them lacks counts as equal. */
export function roundsEqually(a: Machine, b: Machine): boolean {
  return a.threads === b.threads && isSameKind(a, b);
}

/** Returns whether two machines are of the same kind, regardless of threads. */
export function isSameKind(a: Machine, b: Machine): boolean {
  return a.device === b.device && a.processor === b.processor &&
    (!a.instructions || !b.instructions || a.instructions === b.instructions);
}

/** Formats a machine as text, such as `2 threads of Intel Xeon (AVX2)`. */
export function describeMachine({ threads, device, processor, instructions }: Machine): string {
  if (device === "GPU") return `a GPU with ${processor}`;
  const count = threads === 1 ? "1 thread" : `${threads} threads`;
  return `${count} of ${processor || "an unknown processor"}${instructions && ` (${instructions})`}`;
}
