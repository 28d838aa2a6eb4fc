import { noise } from "../../fixtures/formula.ts";

/** Pixels of images of a shape, which are always the same. */
export function testImages(shape: readonly number[]): Float32Array {
  return Float32Array.from(noise("images", shape.reduce((a, b) => a * b)));
}
