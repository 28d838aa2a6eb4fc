import { UserError } from "../io/user_error.ts";

/**
 * Thrown when the loss overflows or is not a number; the message names the batch's images.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, NonFiniteLossError, tf, train } from "lib";
 *
 * const small = { architecture: "pspnet", encoder: "mobilenet_v2", cropSize: 32, epochs: 1, folds: 2, batchSize: 2 } as const;
 * const infinite = (logits: tf.Tensor): tf.Scalar => tf.div(tf.sum(logits), 0);
 * const results = await Deno.makeTempDir();
 * const dataset = await generateDataset({ count: 4, size: 32 });
 * await assert.rejects(train({ ...small, loss: infinite }, dataset, { results }), NonFiniteLossError);
 * await Deno.remove(results, { recursive: true });
 * ```
 */
export class NonFiniteLossError extends UserError {
  override readonly name = "NonFiniteLossError";
}

/** A training step in a message of {@linkcode checkLoss}. */
export interface StepResult {
  /** Counts from 1. */
  step: number;
  loss: number;
  /** Norm of the gradient, if it is recorded. */
  norm?: number;
  /** Images of the batch. */
  ids: readonly string[];
  learningRate: number;
}

/**
 * Checks that the loss of a step, and its gradient's norm, are finite.
 *
 * @throws {NonFiniteLossError} if one of them is not finite.
 */
export function checkLoss({ step, loss, norm, ids, learningRate }: StepResult): void {
  if (Number.isFinite(loss + (norm ?? 0))) return;
  const gradient = norm === undefined ? "" : ` and its gradient's norm ${norm}`;
  throw new NonFiniteLossError(
    `The loss is ${loss}${gradient} at step ${step}, on ${
      ids.join(", ")
    }: look at these images, or lower learningRate ` +
      `(${learningRate})`,
  );
}
