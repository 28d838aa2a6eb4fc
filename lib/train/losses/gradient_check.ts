import { ConfigError } from "../config_error.ts";

/** Number of steps without a gradient after which a training stops. One batch may have none. */
const STEPS = 5;

/**
 * Makes a check of the first steps of a training with a loss function, such as one of `tf.round(logits)`, whose gradient
 * is 0 everywhere.
 *
 * @param stepsPerEpoch steps of an epoch; the check ends within the first one, before anything is kept, unless that has a
 * single step
 * @returns a function to call after each step, with the norm of its gradient, and whether no number overflowed; an
 * overflowing step in 16 bits is skipped, and its norm is 0 too. It throws a {@linkcode ConfigError} if no step so far
 * has a gradient.
 */
export function gradientCheck(stepsPerEpoch: number): (norm: number, isFinite: boolean) => void {
  // One batch alone may have no gradient.
  const steps = Math.max(2, Math.min(STEPS, stepsPerEpoch));
  let left = steps;
  return (norm, isFinite) => {
    // A NaN has its own error, of the loss.
    if (left === 0 || !isFinite || Number.isNaN(norm)) return;
    left = norm > 0 ? 0 : left - 1;
    if (norm > 0 || left > 0) return;
    throw new ConfigError(
      `The gradient of the loss function is 0 in the first ${steps} steps, so the model learns nothing: compute the loss without ` +
        "operations such as tf.round or tf.sign, whose gradient is 0 everywhere",
    );
  };
}
