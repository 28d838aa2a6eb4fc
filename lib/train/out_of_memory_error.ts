import { UserError } from "../io/user_error.ts";
import { TensorFlowError } from "../tensorflow/ffi/errors.ts";
import type { TrainingConfig } from "./config.ts";

/** Thrown when a training step does not fit into memory; the message names the options that need less. */
export class OutOfMemoryError extends UserError {
  override readonly name = "OutOfMemoryError";
}

/** `TF_RESOURCE_EXHAUSTED` of TensorFlow's `TF_Code`. */
const RESOURCE_EXHAUSTED = 8;

/**
 * Throws the error of a training step, as one that says what to change if memory ran out.
 *
 * @throws {OutOfMemoryError} if memory ran out, else `error` itself.
 */
export function explainStepError(
  error: unknown,
  { batchSize, cropSize, precision }: Pick<TrainingConfig, "batchSize" | "cropSize" | "precision">,
): never {
  if (!(error instanceof TensorFlowError) || error.code !== RESOURCE_EXHAUSTED) throw error;
  const others = `cropSize${precision === "float32" ? ", or set precision to mixed" : ""}`;
  throw new OutOfMemoryError(
    `A training step with batchSize ${batchSize} and cropSize ${cropSize} does not fit into memory: choose a smaller ` +
      (batchSize > 1 ? `batchSize, such as ${Math.floor(batchSize / 2)}, or a smaller ${others}` : others),
    { cause: error },
  );
}
