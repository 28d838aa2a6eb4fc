import type { Machine } from "../train/machine.ts";
import type { RunRecord } from "./run_store.ts";

/**
 * Returns the machines that trained a run, first to last. Records of earlier versions have one, from their provenance,
 * which may lack the instruction set.
 */
export function runMachines(
  { machines, provenance: { threads, device, processor, instructions = "" } }: Pick<
    RunRecord,
    "machines" | "provenance"
  >,
): Machine[] {
  return machines.length ? machines : [{ threads, device, processor, instructions, algorithms: "" }];
}
