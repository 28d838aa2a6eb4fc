import type { Attribute } from "../ffi/attributes.ts";
import type { Device } from "../ffi/context.ts";
import type { Precision } from "../ffi/precision.ts";

/** An op's output, as tfjs represents it. */
export interface OutputMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** A registered TensorFlow function with one result. */
export interface CalledFunction {
  name: string;
  /** Shape of the result. */
  shape: number[];
  /** Type of the result. */
  dtype: number;
  /** Peak memory of its tensors in bytes, without the result. */
  scratch: number;
}

/** Records ops instead of running them: the binding's interface to a step that is being traced. */
export interface Tracer {
  readonly precision: Precision;
  readonly device: Device;
  /** Returns the location of the traced code for messages: ` (at file:line)`. */
  location(): string;
  /** Adds an argument of the step; returns the symbolic tensor's id. */
  addArgument(shape: readonly number[], dtype: number): number;
  /** Adds an op; its outputs are symbolic tensors. */
  addOp(op: string, attributes: Attribute[], inputIds: number[], numOutputs: number): OutputMetadata[];
  /** Adds a call of a function; its result is a symbolic tensor. */
  addCall(called: CalledFunction, inputIds: number[]): OutputMetadata;
  /** Adds a node that returns a tensor only once another one is computed; returns its id. */
  addControlDependency(id: number, afterId: number): number;
}
