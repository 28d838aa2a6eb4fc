import { runsMachineCode } from "lib/machine_code/mod.ts";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { isTiled } from "lib/nn/algorithms/choose_algorithm.ts";
import { findEntry } from "lib/nn/algorithms/choose_entry.ts";
import { ENTRY_VARIABLE, machineEntry } from "lib/nn/algorithms/current_entry.ts";
import type { RuntimeInfo } from "lib/tensorflow";

/** What decides whether there is something to measure. */
export interface MeasurableMachine {
  device: RuntimeInfo["device"];
  /** Whether it runs machine code of this project. */
  runsMachineCode: boolean;
}

/**
 * Returns a line of advice to measure the algorithms of convolutions, for a processor of a kind that was never measured, or only before
 * Winograd's method in machine code: it is not used where it was not measured.
 *
 * @param entry the algorithms that new work uses
 * @returns an empty text if there is nothing to advise
 */
export function algorithmAdvice(
  { device, runsMachineCode }: MeasurableMachine,
  { rules }: Pick<AlgorithmEntry, "rules">,
): string {
  if (device !== "CPU" || !runsMachineCode) return "";
  if (Object.values(rules).flat().some(({ algorithm }) => isTiled(algorithm))) return "";
  return "The fastest algorithms of this project halve the time of trainings on AMD's processors, but were not measured on " +
    "this kind: deno task bench --algorithms --write measures them (15 minutes; let nothing else run). New trainings and " +
    "predictions use the result";
}

/** Returns the advice of {@linkcode algorithmAdvice} for this machine; none if the user names an entry. */
export function adviceHere({ device }: RuntimeInfo, threads: number): string {
  if (Deno.env.get(ENTRY_VARIABLE)) return "";
  return algorithmAdvice({ device, runsMachineCode: runsMachineCode() }, findEntry(machineEntry(threads)));
}
