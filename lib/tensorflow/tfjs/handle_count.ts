import { getBinding } from "./backend.ts";
import type { HandleCount } from "./binding.ts";

/**
 * Counts live TensorFlow handles and their bytes. Unlike `tf.memory()`, the count includes variables, captured
 * tensors and compiled steps.
 */
export function handleCount(): HandleCount {
  return getBinding().count();
}
