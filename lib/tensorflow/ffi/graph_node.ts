import type { Attribute } from "./attributes.ts";

/** An output of a node: `TF_Output`. */
export interface Output {
  operation: bigint;
  index: number;
}

/** A node to add to a `Graph`. */
export interface NewNode {
  attributes?: readonly Attribute[];
  /** In the op's order; a list of outputs is one list-valued input. */
  inputs?: readonly (Output | readonly Output[])[];
  /** Control dependencies: operations that must run before this one. */
  control?: readonly bigint[];
  /** Prefix of the node's name. Default: the op. */
  name?: string;
  /** Sets attributes that {@linkcode Attribute} cannot express on the unfinished node. */
  set?: (node: bigint) => void;
  /** What `set` sets, for the digest of the graph. */
  content?: string;
  /** Makes the error from TensorFlow's message if it rejects the node. Default: the message after the op's name. */
  fail?: (message: string) => Error;
}

/** Returns the unique name of an output. */
export function outputName({ operation, index }: Output): string {
  return `${operation}:${index}`;
}
