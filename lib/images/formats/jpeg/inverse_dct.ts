import type { InverseDct } from "./block_transform.ts";
import { inverseDct8 } from "./inverse_dct_8.ts";
import { inverseDct12 } from "./inverse_dct_12.ts";

/** Returns the inverse DCT for samples of 8 or 12 bits. */
export function chooseInverseDct(bits: number): InverseDct {
  return bits === 8 ? inverseDct8 : inverseDct12;
}
