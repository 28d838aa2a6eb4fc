import { createModel } from "../nn/create_model.ts";
import { SingleValueError } from "../nn/ops/batch_norm.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { compile, tf } from "../tensorflow/mod.ts";
import { ConfigError, type TrainingConfig } from "./config.ts";

/** Largest increase of the crop size that is tried, in steps of the deepest encoder's stride. */
const STEP = 32, TRIES = 4;

/**
 * Throws for a batch in which a batch normalisation would get one value of each channel: batches of one in which a map
 * is pooled or reduced to one pixel. It traces a step, and computes nothing.
 *
 * @throws {ConfigError} naming the layer, and a batch size and a crop size that work.
 */
export function refuseSingleValues(
  config: Pick<TrainingConfig, "architecture" | "encoder" | "inChannels" | "batchSize" | "cropSize" | "seed">,
): void {
  const { architecture, batchSize, cropSize } = config;
  if (batchSize > 1) return;
  const model = createModel(config);
  try {
    const problem = singleValues(model, cropSize);
    if (!problem) return;
    const larger = Array.from({ length: TRIES }, (_, i) => STEP * (Math.floor(cropSize / STEP) + 1 + i))
      .find((side) => !singleValues(model, side));
    throw new ConfigError(
      `${architecture} cannot train on crops of ${cropSize} × ${cropSize} in batches of one. ${problem.message}. ` +
        `Take batchSize 2 or more${larger ? `, or cropSize ${larger} or more` : ""}`,
    );
  } finally {
    model.dispose();
  }
}

/** Returns the {@linkcode SingleValueError} of a forward pass of one crop, if it throws one. */
function singleValues(model: SegmentationModel, side: number): SingleValueError | undefined {
  const step = compile(
    (images: tf.Tensor4D, seed: tf.Tensor1D) => model.forward(images, { training: true, seed }),
    { name: "forward pass" },
  );
  const images = tf.zeros([1, side, side, model.inChannels]) as tf.Tensor4D, seed = tf.tensor1d([0, 0], "int32");
  try {
    step.plan(images, seed);
  } catch (error) {
    if (error instanceof SingleValueError) return error;
    throw error;
  } finally {
    tf.dispose([images, seed]);
    step.dispose();
  }
}
