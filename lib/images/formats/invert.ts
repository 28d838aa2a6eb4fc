import type { Samples } from "./format.ts";

/** Makes white the highest value of whole numbers without a sign, of up to 16 bits; other numbers stay. */
export function invert(data: Samples, bits: number): Samples {
  const top = 2 ** bits - 1;
  return data instanceof Uint8Array || data instanceof Uint16Array ? data.map((value) => top - value) : data;
}
