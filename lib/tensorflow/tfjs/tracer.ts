import type { Attribute } from "../ffi/attributes.ts";
import type { Device } from "../ffi/context.ts";
import type { Precision } from "../ffi/precision.ts";

/** An op's output, as tfjs represents it. */
export interface OutputMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** What TensorFlow does not know of an op of this project. */
export interface OwnOp {
  /** Shapes of its results. */
  shapes: readonly (readonly number[])[];
  /** Whether each input is in 16 bits. Default: none is */
  halfInputs?: readonly boolean[];
  /** Whether its first result shares the memory of its first input, as that of `Identity` does. Default: it does not */
  sharesInput?: boolean;
  /** What its nodes are called: the op's own name can differ between processes. */
  name: string;
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
  /** The type of 16 bits in which ops run, if some do: a value of `DataType`. */
  readonly half: number | undefined;
  /** Whether ops that only move or sum maps in 16 bits keep them so: see `CompileOptions.halfMaps`. */
  readonly halfMaps: boolean;
  /** Whether XLA compiles the step. */
  readonly xla: boolean;
  /** Returns the location of the traced code for messages: ` (at file:line)`. */
  location(): string;
  /** Adds an argument of the step; returns the symbolic tensor's id. */
  addArgument(shape: readonly number[], dtype: number): number;
  /** Adds an op; its outputs are symbolic tensors. */
  addOp(
    op: string,
    attributes: Attribute[],
    inputIds: number[],
    numOutputs: number,
    own?: OwnOp,
  ): OutputMetadata[];
  /** Disposes of something that the step needs when the step is freed. */
  keep(resource: Disposable): void;
  /** Adds a call of a function; its result is a symbolic tensor. */
  addCall(called: CalledFunction, inputIds: number[]): OutputMetadata;
  /** Returns whether a tensor was computed in 16 bits. */
  isHalf(id: number): boolean;
  /** Returns a tensor in 16 bits, in a step where some ops run in them. */
  toHalf(id: number): OutputMetadata;
  /** Adds a node that returns a tensor only once others are computed; returns its id. */
  addControlDependency(id: number, afterIds: readonly number[]): number;
}
