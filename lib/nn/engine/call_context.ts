import type { Primitives } from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { CodeStore } from "./code_store.ts";
import type { ConvolutionLayer } from "./engine_layers.ts";
import type { NativeConstants } from "./native_constants.ts";
import type { StoredKernels } from "./stored_kernels.ts";
import type { TransformedKernels } from "./winograd/transformed_kernels.ts";

/** What layers need besides their maps. */
export interface CallContext {
  primitives: Primitives;
  kernels: StoredKernels;
  transformedKernels: TransformedKernels;
  /** Biases and matrices. */
  constants: NativeConstants;
  /** Recorded constants by id. */
  recorded: ReadonlyMap<number, RecordedConstant>;
  /** Machine code of Winograd's method. */
  code: CodeStore;
}

/** Returns the address of a convolution's biases; they are zeros if it has none. */
export function biasAddress(
  { bias }: ConvolutionLayer,
  channels: number,
  { constants, recorded }: CallContext,
): bigint {
  if (bias === undefined) return constants.floats(`zeros ${channels}`, () => new Float32Array(channels));
  return constants.floats(`bias ${bias}`, () => recorded.get(bias)!.values as Float32Array);
}
