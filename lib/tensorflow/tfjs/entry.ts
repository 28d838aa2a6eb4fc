import type { Tracer } from "./tracer.ts";

/** The binding's record of a tensor. */
export interface Entry {
  /**
   * `eager`: a value. `variable`: the value of a resource, read when it is used.
   * `resource`: the resource itself, for ops that update it. `symbolic`: a node of a trace.
   */
  kind: "eager" | "variable" | "resource" | "symbolic";
  dtype: number;
  shape: number[];
  /** The `TFE_TensorHandle*`, of its resource for a variable; zero if symbolic. */
  handle: bigint;
  /** Number of ids and compiled steps that hold the handle. */
  references: number;
  bytes: number;
  /** Number of times that it was written, if it is a `variable`. */
  writes: number;
  /** Its output in the graph, if symbolic, and whether that is in 16 bits. */
  node?: { trace: Tracer; operation: bigint; index: number; half: boolean };
  /** The id of the same resource's value, if `resource`. */
  variableId?: number;
}

/** Returns the error message for a symbolic tensor that is used outside its step. */
export function leakedTensor(op: string): string {
  return `${op} was given a tensor that a compiled step made while it was traced: return it from the step instead of storing it`;
}
