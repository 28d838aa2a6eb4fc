import { AttributeType } from "../ffi/attributes.ts";
import { DataType } from "../ffi/dtype.ts";
import type { Graph } from "../ffi/graph.ts";
import { type Output, outputName } from "../ffi/graph_node.ts";
import type { PlannedOp } from "./memory_plan.ts";
import { plannedTensor } from "./planned_tensor.ts";

/** A graph's casts between 32 and 16 bits: each tensor is cast at most once. */
export class CastPool {
  readonly #casts = new Map<string, Output>();

  /**
   * @param half the 16-bit type, a value of {@linkcode DataType}
   * @param plan the memory plan, to which the casts are added
   */
  constructor(readonly graph: Graph, readonly half: number, readonly plan: PlannedOp[]) {}

  /** Casts an output to the other type: to 16 bits if `toHalf`, else to 32. */
  cast(output: Output, shape: readonly number[], toHalf: boolean): Output {
    const name = outputName(output);
    const [from, to] = toHalf ? [DataType.float32, this.half] : [this.half, DataType.float32];
    let cast = this.#casts.get(name);
    if (!cast) {
      cast = this.graph.add("Cast", {
        attributes: [
          { name: "SrcT", type: AttributeType.type, value: from },
          { name: "DstT", type: AttributeType.type, value: to },
        ],
        inputs: [output],
      });
      this.#casts.set(name, cast);
      this.plan.push({ op: "Cast", inputs: [name], outputs: [plannedTensor(cast, shape, to)] });
    }
    return cast;
  }
}
