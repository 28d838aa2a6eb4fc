import { dataTypeSize } from "../ffi/dtype.ts";
import { type Output, outputName } from "../ffi/graph_node.ts";
import type { PlannedOp } from "./memory_plan.ts";

/** Describes a node's output for the memory plan. */
export function plannedTensor(output: Output, shape: readonly number[], dtype: number): PlannedOp["outputs"][number] {
  return { name: outputName(output), bytes: shape.reduce((product, side) => product * side, dataTypeSize(dtype)) };
}
