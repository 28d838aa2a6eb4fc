import { dataTypeName } from "./dtype.ts";

/** An error of TensorFlow, with the op, the shapes of its inputs, and TensorFlow's message. */
export class TensorFlowError extends Error {
  override readonly name = "TensorFlowError";
  constructor(
    /** The op's name in TensorFlow, such as `Conv2D`. */
    readonly op: string,
    /** `TF_Code`: 3 is an invalid argument, 5 not found, 8 out of memory. */
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Thrown for a step that cannot be compiled; the message names the op, its location, and what to do instead. */
export class TraceError extends Error {
  override readonly name = "TraceError";
}

/** Formats a tensor's shape and type for messages: `[4,256,256,3] float32`. */
export function describeTensor(tensor: { shape: readonly number[]; dtype: number }): string {
  return `[${tensor.shape.join(",")}] ${dataTypeName(tensor.dtype)}`;
}

/**
 * Returns the innermost location of the call stack outside the runtime and tfjs, as `file:line:column`;
 * empty if there is none.
 */
export function callerLocation(stack = new Error().stack ?? ""): string {
  for (const line of stack.split("\n").slice(1)) {
    if (!line.includes("at ")) continue;
    if (line.includes("/lib/tensorflow/") || line.includes("/npm/") || line.includes("ext:")) continue;
    if (line.includes("node:") || line.includes("(native)") || line.includes("<anonymous>)")) continue;
    const place = line.match(/\(?((?:file|https?|\$|data|<)[^\s()]*:\d+:\d+)\)?\s*$/);
    if (place) return place[1].replace(/^file:\/\//, "");
  }
  return "";
}
