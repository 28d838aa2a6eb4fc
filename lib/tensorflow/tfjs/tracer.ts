import type { Attribute } from "../ffi/attributes.ts";
import type { Device } from "../ffi/context.ts";
import type { Precision } from "../ffi/precision.ts";

/** What an op's output looks like to tfjs. */
export interface OutputMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** A function that TensorFlow knows, with one result. */
export interface CalledFunction {
  name: string;
  /** Shape of its result. */
  shape: number[];
  /** Type of its result. */
  dtype: number;
  /** Bytes that its tensors take at once, without its result. */
  scratch: number;
}

/** Records ops instead of running them: what the binding knows of a step that is being traced. */
export interface Tracer {
  readonly precision: Precision;
  readonly device: Device;
  /** ` (at file:line)` of the code that is being traced, for messages. */
  where(): string;
  /** Adds an argument of the step; returns the symbolic tensor's id. */
  addArgument(shape: readonly number[], dtype: number): number;
  /** Adds an op; its outputs are symbolic tensors. */
  addOp(op: string, attributes: Attribute[], inputIds: number[], numOutputs: number): OutputMetadata[];
  /** Adds a call of a function; its result is a symbolic tensor. */
  addCall(called: CalledFunction, inputIds: number[]): OutputMetadata;
  /** Adds a node that passes a tensor on once another one is there; returns the passed tensor's id. */
  addWait(id: number, forId: number): number;
}
