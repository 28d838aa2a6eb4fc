import type { Tracer } from "./tracer.ts";

/** A tensor as the binding keeps it. */
export interface Entry {
  /**
   * `eager`: a value. `variable`: the value of a resource, read where it is used.
   * `resource`: the resource itself, for ops that update it. `symbolic`: a node of a trace.
   */
  kind: "eager" | "variable" | "resource" | "symbolic";
  dtype: number;
  shape: number[];
  /** `TFE_TensorHandle*`; for a variable, of its resource. Zero if symbolic. */
  handle: bigint;
  /** How many ids and compiled steps hold the handle. */
  references: number;
  bytes: number;
  /** Its place in its graph, if symbolic, and whether it is in 16 bit there. */
  node?: { trace: Tracer; operation: bigint; index: number; half: boolean };
  /** The id that tfjs holds for the same resource's value, if `resource`. */
  variableId?: number;
}

/** The error's message for a symbolic tensor that is used outside its step. */
export function leakedTensor(op: string): string {
  return `${op} was given a tensor that a compiled step made while it was traced: return it from the step instead of storing it`;
}
