import { z } from "zod";
import { runtimeInfo } from "../tensorflow/mod.ts";

/** What rounding depends on besides the library: a training's numbers are equal bit for bit where all of it is. */
export const Machine = z.object({
  /** Threads that share one training. */
  threads: z.int().positive(),
  /** `CPU` or `GPU`. */
  device: z.string(),
  processor: z.string(),
  /** The widest instructions that TensorFlow's kernels use, such as `AVX2`; empty where it is not known. */
  instructions: z.string().default(""),
});
/** What rounding depends on besides the library. */
export type Machine = z.output<typeof Machine>;

/** The widest instruction set of this processor. */
function instructionSet(): string {
  const { vectorWidth, bfloat16 } = runtimeInfo();
  const vectors = { 16: "AVX-512", 8: "AVX2" }[vectorWidth] ?? Deno.build.arch;
  return bfloat16 ? `${vectors} with AMX` : vectors;
}

/** The machine that this process computes on. */
export function thisMachine(): Machine {
  const { threads, device, processor } = runtimeInfo();
  return { threads, device, processor, instructions: instructionSet() };
}

/** Whether two machines round alike. What one of them does not say counts as equal. */
export function roundsAlike(a: Machine, b: Machine): boolean {
  return a.threads === b.threads && isSameKind(a, b);
}

/** Whether two machines are of one kind, whatever their threads. */
export function isSameKind(a: Machine, b: Machine): boolean {
  return a.device === b.device && a.processor === b.processor &&
    (!a.instructions || !b.instructions || a.instructions === b.instructions);
}

/** Such as `2 threads of Intel Xeon (AVX2)`. */
export function describeMachine({ threads, device, processor, instructions }: Machine): string {
  if (device === "GPU") return `a GPU with ${processor}`;
  const count = threads === 1 ? "1 thread" : `${threads} threads`;
  return `${count} of ${processor || "an unknown processor"}${instructions && ` (${instructions})`}`;
}
