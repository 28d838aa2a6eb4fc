import { type NativeCode, nativeOp, type NativeWork } from "../../native_ops/mod.ts";
import { controlDependency, currentPrecision, type tf } from "../../tensorflow/mod.ts";

/** Returns code that depends on a shape alone. */
export function codeOf<Shape>(make: (shape: Shape) => Uint8Array, shape: Shape): NativeCode {
  return { key: `${make.name} ${JSON.stringify(shape)}`, make: () => make(shape) };
}

/** Cuts the numbers up to `count` into `parts` ranges of nearly the same size, without empty ones. */
export function ranges(count: number, parts: number): { first: number; count: number }[] {
  const bound = (part: number) => Math.round(part * count / parts);
  return Array.from({ length: parts }, (_, part) => ({ first: bound(part), count: bound(part + 1) - bound(part) }))
    .filter(({ count }) => count > 0);
}

/**
 * Allocates tensors once `after` is computed. Their numbers are not set.
 *
 * @param halves indexes of those that are bfloat16: 0 for `after`, then the new ones. Default: none
 */
export function allocate(
  after: tf.Tensor,
  shapes: readonly (readonly number[])[],
  halves: readonly number[] = [],
): tf.Tensor[] {
  return nativeOp({ inputs: 1, outputs: shapes, halves, calls: [] }, [after]);
}

/**
 * Runs works that each write a part of the tensors `written`, which are the last of their inputs. They have one output, which
 * is temporary memory.
 *
 * @returns `written`, once all are done
 */
export function runPartsInto(
  works: readonly NativeWork[],
  inputs: readonly tf.Tensor[],
  written: readonly tf.Tensor[],
): tf.Tensor[] {
  const done = works.map((work) => nativeOp(work, [...inputs, ...written])[0]);
  const complete = written.map((tensor) => controlDependency(tensor, ...done));
  return currentPrecision() === "mixed" ? complete.map(passOn) : complete;
}

/**
 * Passes a tensor on by an op that TensorFlow's rewrite in 16 bits does not know. It would turn `Identity`, which waits for the
 * works, into one of 16 bits, and cast its input before they have written it.
 */
function passOn(tensor: tf.Tensor): tf.Tensor {
  return nativeOp({ inputs: 1, outputs: [tensor.shape], passesOn: true, calls: [] }, [tensor])[0];
}

/** Runs works that each write a part of one tensor: see {@linkcode runPartsInto}. */
export function runParts<T extends tf.Tensor>(
  works: readonly NativeWork[],
  inputs: readonly tf.Tensor[],
  written: T,
): T {
  return runPartsInto(works, inputs, [written])[0] as T;
}
