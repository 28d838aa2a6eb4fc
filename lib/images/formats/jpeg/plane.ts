import type { Component, Frame } from "./frame.ts";
import type { Samples } from "./block_transform.ts";

/** One component's samples. */
export interface Plane {
  /** Rows of {@linkcode stride} samples; samples beyond width and height complete the blocks. */
  data: Samples;
  stride: number;
  width: number;
  height: number;
}

/**
 * Makes an empty plane for a component: bytes if its samples fit, except in a lossless frame, which counts modulo 2¹⁶.
 */
export function makePlane({ process, bits }: Frame, component: Component): Plane {
  const side = process === "lossless" ? 1 : 8;
  const stride = component.paddedColumns * side, size = stride * component.paddedRows * side;
  const data = bits === 8 && process !== "lossless" ? new Uint8Array(size) : new Uint16Array(size);
  return { data, stride, width: component.width, height: component.height };
}
