import { z } from "zod";
import { DIRECT, EARLIER_AVX2 } from "../nn/algorithms/algorithm_table.ts";
import { machineEntry } from "../nn/algorithms/current_entry.ts";
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
  /** Entry of the table of algorithms of convolutions; empty in records of earlier versions. */
  algorithms: z.string().default(""),
  /** Present if XLA compiled the steps. */
  compiler: z.literal("XLA").optional(),
});
/** Everything that rounding depends on except the library. */
export type Machine = z.output<typeof Machine>;

/** Returns the widest instruction set of this processor, such as `AVX2`, `AVX-512` or `AVX-512 with AMX`. */
export function instructionSet(): string {
  const { vectorWidth, bfloat16 } = runtimeInfo();
  const vectors = { 16: "AVX-512", 8: "AVX2" }[vectorWidth] ?? Deno.build.arch;
  return bfloat16 === "AMX" ? `${vectors} with AMX` : vectors;
}

/**
 * Describes the machine of this process, and the algorithms that it uses for new work.
 *
 * @param threads threads of the work, if other processes do it
 */
export function thisMachine(threads = runtimeInfo().threads): Machine {
  const { device, processor } = runtimeInfo();
  return { threads, device, processor, instructions: instructionSet(), algorithms: machineEntry(threads) };
}

/**
 * Returns the algorithms of work that began on a machine. Earlier versions recorded none: they used Winograd's
 * convolutions with AVX2, and direct ones elsewhere.
 */
export function recordedAlgorithms({ algorithms, device, instructions }: Machine): string {
  if (algorithms) return algorithms;
  return device === "CPU" && (instructions || instructionSet()) === "AVX2" ? EARLIER_AVX2 : DIRECT;
}

/** Returns whether two machines round alike. A property that one of them lacks counts as equal. */
export function roundsEqually(a: Machine, b: Machine): boolean {
  const isUnknown = ({ algorithms, instructions }: Machine) => !algorithms && !instructions;
  const isAlike = isUnknown(a) || isUnknown(b) || recordedAlgorithms(a) === recordedAlgorithms(b);
  return a.threads === b.threads && isAlike && a.compiler === b.compiler && isSameKind(a, b);
}

/** Returns whether two machines are of the same kind, regardless of threads and algorithms. */
export function isSameKind(a: Machine, b: Machine): boolean {
  return a.device === b.device && a.processor === b.processor &&
    (!a.instructions || !b.instructions || a.instructions === b.instructions);
}

/** Formats a machine as text, such as `2 threads of Intel Xeon (AVX2)`. */
export function describeMachine(machine: Machine): string {
  const { threads, device, processor, instructions, algorithms, compiler } = machine;
  const compiled = compiler && `steps compiled by ${compiler}`;
  if (device === "GPU") return `a GPU with ${processor}${compiled ? ` (${compiled})` : ""}`;
  const count = threads === 1 ? "1 thread" : `${threads} threads`;
  const how = [instructions, algorithms && `algorithms ${algorithms}`, compiled].filter(Boolean).join(", ");
  return `${count} of ${processor || "an unknown processor"}${how && ` (${how})`}`;
}
