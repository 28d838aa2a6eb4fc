import { getBinding } from "./backend.ts";
import type { HandleCount } from "./binding.ts";

/**
 * TensorFlow handles that are alive, and the bytes behind them. `tf.memory()` does not know of
 * variables, captured tensors or compiled steps; this does.
 */
export function handleCount(): HandleCount {
  return getBinding().count();
}
