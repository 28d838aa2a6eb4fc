import { createHash } from "node:crypto";
import type { tf } from "../../tensorflow/mod.ts";
import { ConfigError } from "../config_error.ts";
import type { Loss } from "./loss.ts";

/**
 * A loss as a function of logits and targets, float32 `[batch, height, width, 1]`, with targets 0 or 1. For a task of
 * several classes, the logits are `[batch, height, width, classes]`, and the targets are class indices, or 255 for void.
 * It returns a scalar. It is traced once, so it may only compute with `tf` operations.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type LossFunction, tf } from "lib";
 *
 * const brier: LossFunction = (logits, targets) => tf.mean(tf.squaredDifference(tf.sigmoid(logits), targets));
 * assert.equal(brier(tf.zeros([1, 2, 2, 1]), tf.ones([1, 2, 2, 1])).dataSync()[0], 0.25);
 * ```
 */
export type LossFunction = (logits: tf.Tensor4D, targets: tf.Tensor4D) => tf.Scalar;

/** The form of a {@linkcode LossFunction} in a configuration: its name, and a digest of its source text. */
export type CustomLossName = `custom:${string}`;

/** Returns whether a configuration's loss is a function. */
export function isCustomLoss(loss: unknown): loss is CustomLossName {
  return typeof loss === "string" && /^custom:[\w$]+:[0-9a-f]{16}$/.test(loss);
}

/**
 * Names a loss function, so that a run with another function has another name. Captured variables do not count: two
 * functions with the same text have the same name.
 *
 * @throws {ConfigError} if the function has no source text, like a bound function.
 */
export function customLossName(loss: LossFunction): CustomLossName {
  const text = Function.prototype.toString.call(loss);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    throw new ConfigError("loss is a function without source text: give an arrow function that calls it");
  }
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `custom:${loss.name.replaceAll(/[^\w$]/g, "_") || "loss"}:${digest}`;
}

/**
 * Computes the gradients of a loss function. Not every function of tensors has them.
 *
 * @param compute computes the loss
 * @param differentiate computes the loss of `compute` and its gradients
 * @throws {ConfigError} if the loss has no gradient.
 */
export function differentiateLoss<T>(compute: () => tf.Scalar, differentiate: (f: () => tf.Scalar) => T): T {
  let isComputed = false;
  try {
    return differentiate(() => {
      const loss = compute();
      isComputed = true;
      return loss;
    });
  } catch (error) {
    // What the function itself throws keeps its class and its place.
    if (!isComputed) throw error;
    throw new ConfigError(
      `The loss function has no gradient (${
        (error as Error).message.replace(/\.$/, "")
      }): compute it from the logits, and ` +
        "with operations that have one, such as tf.sigmoid(logits) in place of tf.greater(logits, 0)",
    );
  }
}

/**
 * Wraps a loss function for the training step.
 *
 * @throws {ConfigError} while the step is traced, if the function does not return a scalar.
 */
export function toLoss(given: LossFunction): Loss {
  return (logits, targets) => {
    const value: unknown = given(logits as tf.Tensor4D, targets as tf.Tensor4D);
    const shape = (value as { shape?: unknown } | undefined)?.shape;
    if (!Array.isArray(shape) || shape.length > 0) {
      const found = Array.isArray(shape) ? `a tensor of shape [${shape}]` : `${value}`;
      throw new ConfigError(`The loss function returns ${found}: return a scalar, such as tf.mean(…)`);
    }
    return value as tf.Scalar;
  };
}
