import { OptionError } from "../io/option_error.ts";
import { readProcessor } from "../tensorflow/ffi/processor.ts";
import type { VectorNumbers } from "./instruction_encoder.ts";

/** The variable that keeps vectors narrow where the processor has wider ones. */
const VECTORS_VARIABLE = "MACHINE_CODE_VECTORS";

let known: VectorNumbers | undefined;

/**
 * Returns how many numbers the widest vectors have that this process computes with: 16 with AVX-512, otherwise 8. What is
 * computed does not depend on it, bit for bit.
 *
 * @throws {OptionError} if the variable `MACHINE_CODE_VECTORS` is not 8.
 */
export function widestVectors(): VectorNumbers {
  return known ??= widestOf(readProcessor().flags, Deno.env.get(VECTORS_VARIABLE));
}

/**
 * Returns how many numbers the widest vectors have.
 *
 * @param flags names of the processor's features, with spaces between them
 * @param given value of the variable
 */
export function widestOf(flags: string, given: string | undefined): VectorNumbers {
  if (given && given !== "8") {
    throw new OptionError(`${VECTORS_VARIABLE} is "${given}": set it to 8, or leave it out for the widest vectors`);
  }
  return !given && flags.split(" ").includes("avx512f") ? 16 : 8;
}

/** Returns how many numbers the vectors have that compute `count` numbers, a multiple of eight: the widest that divide it. */
export function vectorNumbers(count: number, widest: VectorNumbers = widestVectors()): VectorNumbers {
  return count % widest === 0 ? widest : 8;
}
