import { ARCHITECTURES } from "lib";
import { type Architecture, createModel } from "lib/nn";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { predictsInSequence } from "lib/nn/algorithms/choose_algorithm.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { tracedPrecision } from "lib/nn/algorithms/traced_precision.ts";
import { FoldedWeights } from "lib/nn/inference/folded_weights.ts";
import { compile, type Precision, tf } from "lib/tensorflow";
import { bceLoss } from "lib/train/losses/bce.ts";
import { pairedRatio, type Ratio } from "../statistics.ts";

/** The speed of a model with an entry, as a multiple of that with another one. */
export interface MeasuredModel {
  name: string;
  /** Whether the gradients were computed too. */
  training: boolean;
  speed: Ratio;
}

const MODELS: readonly Architecture[] = ["unet", "deeplabv3", "deeplabv3plus", "pspnet"];

const SHAPE: [number, number, number, number] = [4, 256, 256, 3];

/** Compiles the prediction of a batch, or the gradients of its loss by all weights. */
function compileModel(architecture: Architecture, training: boolean, entry: AlgorithmEntry, precision: Precision) {
  const model = createModel({ architecture, encoder: "resnet34" });
  const folded = training ? undefined : new FoldedWeights(model.weights);
  const variables = model.weights.trainable();
  const step = compile((x: tf.Tensor4D) =>
    withAlgorithms({ entry, inference: !training }, () => {
      if (!training) return tf.mean(model.forward(x, { folded }));
      const seed = tf.tensor1d([1, 1], "int32"), masks = tf.zeros([4, 256, 256, 1]) as tf.Tensor4D;
      const { grads } = tf.variableGrads(
        () => bceLoss(model.forward(x, { training: true, seed }), masks) as tf.Scalar,
        variables as unknown as tf.Variable[],
      );
      return tf.addN(Object.values(grads).map((gradient) => tf.sum(gradient)));
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
 * Measures the four architectures (ResNet-34, batch 4 × 256²) with an entry, compared with another one.
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
  const x = tf.zeros(SHAPE) as tf.Tensor4D;
  for (const training of works) {
    for (const architecture of MODELS) {
      const sides = [before, after].map((each) => compileModel(architecture, training, each, precision));
      const times = sides.map(() => [] as number[]);
      for (let round = -1; round < rounds; round++) {
        for (const [i, { step }] of sides.entries()) {
          const start = performance.now();
          (await step(x)).dispose();
          // The first round compiles.
          if (round >= 0) times[i].push(performance.now() - start);
        }
      }
      for (const side of sides) side.dispose();
      const computed = training ? "gradients" : "inference";
      const name = [ARCHITECTURES[architecture].label, computed, ...(precision === "float32" ? [] : [precision])].join(
        ", ",
      );
      yield { name, training, speed: pairedRatio(times[1], times[0]) };
    }
  }
  x.dispose();
}
