import { runsMachineCode } from "lib/machine_code/mod.ts";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { findEntry } from "lib/nn/algorithms/choose_entry.ts";
import { ENTRY_VARIABLE, machineEntry } from "lib/nn/algorithms/current_entry.ts";
import type { RuntimeInfo } from "lib/tensorflow";

/** Since when measurements try machine code on every kind of processor that runs it. */
const MACHINE_CODE_SINCE = "2026-11-28";

/** What decides whether there is something to measure. */
export interface MeasurableMachine {
  device: RuntimeInfo["device"];
  /** Whether it runs machine code of this project. */
  runsMachineCode: boolean;
}

/**
 * Returns a line of advice to measure the algorithms of convolutions, for a processor of a kind that was never measured, or
 * only before there was Winograd's method in machine code for it: a method is not used where it was not measured.
 *
 * @param entry the algorithms that new work uses
 * @returns an empty text if there is nothing to advise
 */
export function algorithmAdvice(
  { device, runsMachineCode }: MeasurableMachine,
  { date }: Pick<AlgorithmEntry, "date">,
): string {
  if (device !== "CPU" || !runsMachineCode || date >= MACHINE_CODE_SINCE) return "";
  return "The fastest algorithms of this project make trainings on AMD's processors 1.6 to 2.2 times as fast, but were not " +
    "measured on this kind: deno task bench --algorithms --write measures them (15 minutes; let nothing else run). New " +
    "trainings and predictions use the result";
}

/**
 * Returns the advice of {@linkcode algorithmAdvice} for this machine; none if the user names an entry.
 *
 * @param threads threads of the work. Default: those of this process
 */
export function adviceHere({ device }: RuntimeInfo, threads?: number): string {
  if (Deno.env.get(ENTRY_VARIABLE)) return "";
  return algorithmAdvice({ device, runsMachineCode: runsMachineCode() }, findEntry(machineEntry(threads)));
}
