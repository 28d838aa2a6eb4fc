import { getBinding } from "../tfjs/backend.ts";
import { hasFusedConvolution } from "./convolution_fuser.ts";

/** Returns whether TensorFlow computes with oneDNN on this processor: on x86-64, unless it is turned off. */
export function hasOneDnn(): boolean {
  return hasFusedConvolution(getBinding().context);
}
