import { ARCHITECTURES } from "lib";
import { type Architecture, createModel } from "lib/nn";
import { type AlgorithmEntry, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { findEntry } from "lib/nn/algorithms/choose_entry.ts";
import { predictsInSequence } from "lib/nn/algorithms/choose_algorithm.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { tracedPrecision } from "lib/nn/algorithms/traced_precision.ts";
import { FoldedWeights } from "lib/nn/inference/folded_weights.ts";
import { compile, type Precision, randomNormal, tf } from "lib/tensorflow";
import { bceLoss } from "lib/train/losses/bce.ts";
import { pairedRatio, type Ratio } from "../statistics.ts";
import { differences, requireSameResults } from "./same_results.ts";

/** The speed of a model with an entry, as a multiple of that with another one. */
export interface MeasuredModel {
  name: string;
  /** Whether the gradients were computed too. */
  training: boolean;
  speed: Ratio;
  /**
   * How far the logits or the gradients are from those in float32 by direct convolutions: of the tensor and the round that
   * are farthest. In 16 bits, gradients of the first layers of a network with fresh weights are far.
   */
  difference: number;
}

const MODELS: readonly Architecture[] = ["unet", "deeplabv3", "deeplabv3plus", "pspnet"];

const SHAPE: [number, number, number, number] = [4, 256, 256, 3];

/** How much farther than the model before a model may be from the results in float32 by direct convolutions. */
const FARTHER = { times: 1.5, plus: 0.05 };

/** Options of {@linkcode measureModels}. */
export interface MeasureModelsOptions {
  rounds: number;
  /** Whether gradients are computed too. Default: first without, then with them */
  works?: readonly boolean[];
  /** Default: `float32` */
  precision?: Precision;
  /** Default: the four architectures */
  models?: readonly Architecture[];
  /** `[batch, height, width, 3]`. Default: 4 × 256² */
  shape?: readonly [number, number, number, number];
  /** Difference from float32's results that is allowed beside one and a half times that of the model before. Default: 0.05 */
  largest?: number;
}

/** Compiles the prediction of a batch, which returns the logits, or the gradients of its loss by all weights. */
function compileModel(architecture: Architecture, training: boolean, entry: AlgorithmEntry, precision: Precision) {
  const model = createModel({ architecture, encoder: "resnet34" });
  const folded = training ? undefined : new FoldedWeights(model.weights);
  const variables = model.weights.trainable();
  const step = compile((x: tf.Tensor4D) =>
    withAlgorithms({ entry, inference: !training }, () => {
      if (!training) return [model.forward(x, { folded })];
      const [batch, height, width] = x.shape, masks = tf.zeros([batch, height, width, 1]) as tf.Tensor4D;
      const seed = tf.tensor1d([1, 1], "int32");
      const { grads } = tf.variableGrads(
        () => bceLoss(model.forward(x, { training: true, seed }), masks) as tf.Scalar,
        variables as unknown as tf.Variable[],
      );
      return Object.values(grads);
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

/** Reads tensors and disposes of them. */
function take(tensors: readonly tf.Tensor[]): Float32Array[] {
  const numbers = tensors.map((tensor) => tensor.dataSync() as Float32Array);
  tf.dispose([...tensors]);
  return numbers;
}

/** Runs a compiled model once. */
async function resultsOf(model: ReturnType<typeof compileModel>, x: tf.Tensor4D): Promise<Float32Array[]> {
  const results = take(await model.step(x));
  model.dispose();
  return results;
}

/**
 * Measures models with ResNet-34 with an entry, compared with another one.
 *
 * @throws {Error} if a result is farther from float32's by direct convolutions than rounding explains.
 */
export async function* measureModels(
  { before, after }: { before: AlgorithmEntry; after: AlgorithmEntry },
  { rounds, works = [false, true], precision = "float32", models = MODELS, shape = SHAPE, largest = FARTHER.plus }:
    MeasureModelsOptions,
): AsyncGenerator<MeasuredModel> {
  const x = tf.tidy(() => randomNormal([...shape], tf.tensor1d([1, 1], "int32"))) as tf.Tensor4D;
  for (const training of works) {
    for (const architecture of models) {
      const computed = training ? "gradients" : "inference";
      const name = [ARCHITECTURES[architecture].label, computed, ...(precision === "float32" ? [] : [precision])].join(
        ", ",
      );
      const expected = await resultsOf(compileModel(architecture, training, findEntry(DIRECT), "float32"), x);
      const sides = [before, after].map((each) => compileModel(architecture, training, each, precision));
      const times = sides.map(() => [] as number[]);
      let difference = 0;
      for (let round = -1; round < rounds; round++) {
        const found: number[][] = [];
        for (const [i, { step }] of sides.entries()) {
          const start = performance.now();
          const result = await step(x);
          // The first round compiles.
          if (round >= 0) times[i].push(performance.now() - start);
          found.push(differences(take(result), expected));
        }
        const what = `${name}, with the entry that is measured`;
        const allowed = found[0].map((far) => FARTHER.times * far + largest);
        difference = Math.max(difference, requireSameResults(what, found[1], allowed));
      }
      for (const side of sides) side.dispose();
      yield { name, training, speed: pairedRatio(times[1], times[0]), difference };
    }
  }
  x.dispose();
}
