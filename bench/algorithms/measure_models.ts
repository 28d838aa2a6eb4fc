import { ARCHITECTURES } from "lib";
import { type Architecture, createModel } from "lib/nn";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { predictsInSequence } from "lib/nn/algorithms/choose_algorithm.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { tracedPrecision } from "lib/nn/algorithms/traced_precision.ts";
import { FoldedWeights } from "lib/nn/inference/folded_weights.ts";
import { compile, type Precision, randomNormal, tf } from "lib/tensorflow";
import { bceLoss } from "lib/train/losses/bce.ts";
import { pairedRatio, type Ratio } from "../statistics.ts";
import { requireSameResults } from "./same_results.ts";

/** The speed of a model with an entry, as a multiple of that with another one. */
export interface MeasuredModel {
  name: string;
  /** Whether the gradients were computed too. */
  training: boolean;
  speed: Ratio;
  /** How far the results are from those with the other entry, relative to their size: the largest of all rounds. */
  difference: number;
}

const MODELS: readonly Architecture[] = ["unet", "deeplabv3", "deeplabv3plus", "pspnet"];

const SHAPE: [number, number, number, number] = [4, 256, 256, 3];

/** Largest difference between the results with two entries. Both round, and in 16 bits a ReLU near 0 turns here and there. */
const LARGEST_DIFFERENCE = { float32: 0.01, other: 0.1 };

/**
 * Compiles the prediction of a batch, or the gradients of its loss by all weights. The step returns what shows whether its
 * results are right: the mean logit of each row of pixels, or the norm of each gradient.
 */
function compileModel(architecture: Architecture, training: boolean, entry: AlgorithmEntry, precision: Precision) {
  const model = createModel({ architecture, encoder: "resnet34" });
  const folded = training ? undefined : new FoldedWeights(model.weights);
  const variables = model.weights.trainable();
  const step = compile((x: tf.Tensor4D) =>
    withAlgorithms({ entry, inference: !training }, () => {
      if (!training) return tf.reshape(tf.mean(model.forward(x, { folded }), [2, 3]), [-1]);
      const seed = tf.tensor1d([1, 1], "int32"), masks = tf.zeros([4, 256, 256, 1]) as tf.Tensor4D;
      const { grads } = tf.variableGrads(
        () => bceLoss(model.forward(x, { training: true, seed }), masks) as tf.Scalar,
        variables as unknown as tf.Variable[],
      );
      return tf.sqrt(tf.stack(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
    }), {
    name: architecture,
    fuse: !training,
    frozen: !training,
    sequential: !training && predictsInSequence(entry, precision),
    ...(training ? tracedPrecision(entry, precision, "CPU") : { precision }),
  });
  const dispose = () => {
    step.dispose();
    folded?.dispose();
    model.dispose();
  };
  return { step, dispose };
}

/**
 * Measures the four architectures (ResNet-34, batch 4 × 256²) with an entry, compared with another one. Throws an `Error` if the
 * two give different results.
 *
 * @param works whether gradients are computed too. Default: first without, then with them
 * @param precision Default: `float32`
 */
export async function* measureModels(
  { before, after }: { before: AlgorithmEntry; after: AlgorithmEntry },
  rounds: number,
  works: readonly boolean[] = [false, true],
  precision: Precision = "float32",
): AsyncGenerator<MeasuredModel> {
  const x = tf.tidy(() => randomNormal(SHAPE, tf.tensor1d([1, 1], "int32"))) as tf.Tensor4D;
  const largest = LARGEST_DIFFERENCE[precision === "float32" ? "float32" : "other"];
  for (const training of works) {
    for (const architecture of MODELS) {
      const computed = training ? "gradients" : "inference";
      const name = [ARCHITECTURES[architecture].label, computed, ...(precision === "float32" ? [] : [precision])].join(
        ", ",
      );
      const sides = [before, after].map((each) => compileModel(architecture, training, each, precision));
      const times = sides.map(() => [] as number[]);
      let difference = 0;
      for (let round = -1; round < rounds; round++) {
        const results: Float32Array[] = [];
        for (const [i, { step }] of sides.entries()) {
          const start = performance.now();
          const result = await step(x);
          // The first round compiles.
          if (round >= 0) times[i].push(performance.now() - start);
          results.push(result.dataSync() as Float32Array);
          result.dispose();
        }
        const what = `${name}, with the entry that is measured`;
        difference = Math.max(difference, requireSameResults(what, results[1], results[0], largest));
      }
      for (const side of sides) side.dispose();
      yield { name, training, speed: pairedRatio(times[1], times[0]), difference };
    }
  }
  x.dispose();
}
