import { LOGIT_EDGE } from "../math/logit.ts";
import { type AlgorithmEntry, DIRECT } from "../nn/algorithms/algorithm_table.ts";
import { findEntry } from "../nn/algorithms/choose_entry.ts";
import { withAlgorithms } from "../nn/algorithms/current_entry.ts";
import { convolution } from "../nn/layers/convolution.ts";
import { relu } from "../nn/ops/relu.ts";
import { type Initializer, Weights } from "../nn/weights/weight_scope.ts";
import { compile, tf } from "../tensorflow/mod.ts";
import type { EnsembleImage } from "./ensemble_image.ts";
import { metaFeatures } from "./meta_features.ts";

/**
 * Kinds of {@linkcode MetaModel}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { META_MODELS } from "lib/ensemble";
 *
 * assert.deepEqual(META_MODELS, ["shallow-cnn", "residual"]);
 * ```
 */
export const META_MODELS = ["shallow-cnn", "residual"] as const;
/**
 * `shallow-cnn`: two convolutions over the members' logits compute the ensemble's logits, one for foreground or one per
 * class. `residual`: they compute a correction of the logits of the members' mean probability. The correction starts at
 * zero, which equals soft voting.
 */
export type MetaModelKind = typeof META_MODELS[number];

const ALGORITHMS: AlgorithmEntry = { ...findEntry(DIRECT), kernelGradients: "ordered" };

/**
 * Runs the body of a step of a meta-model with the same algorithms on every processor: a study's analysis then depends neither
 * on the number of threads that compute it nor on the newest entry of the table.
 */
export function withMetaAlgorithms<T>(body: () => T): T {
  return withAlgorithms({ entry: ALGORITHMS }, body);
}

/** Channels between the convolutions. */
const HIDDEN = 8;
/** A small network that learns to combine members: see `fitMetaModel`. */
export class MetaModel implements Disposable {
  readonly weights: Weights;
  readonly #layers;
  readonly #predict;

  /** @param classes number of probabilities per pixel and member. Default 1, the probability of foreground */
  constructor(readonly kind: MetaModelKind, readonly members: number, seed = 0, readonly classes = 1) {
    this.weights = new Weights(seed);
    const scope = this.weights.scope();
    const zero: Initializer = { kind: "constant", value: 0 };
    const options = { side: 3, bias: zero, padding: 1 } as const;
    const first = convolution(scope.child("first"), {
      ...options,
      inChannels: members * classes,
      outChannels: HIDDEN,
      initializer: { kind: "kaimingNormal", fan: "in" },
    });
    const last = convolution(scope.child("last"), {
      ...options,
      inChannels: HIDDEN,
      outChannels: classes,
      initializer: kind === "residual" ? zero : { kind: "kaimingNormal", fan: "in" },
    });
    this.#layers = (x: tf.Tensor4D) => last(relu(first(x, {})), {});
    const activate = classes > 1 ? tf.softmax<tf.Tensor4D> : tf.sigmoid<tf.Tensor4D>;
    const predict = (x: tf.Tensor4D) => withMetaAlgorithms(() => activate(this.logits(x)));
    this.#predict = compile(predict, { name: "meta-model" });
  }

  /**
   * @param features members' logits / 13.8, `[batch, height, width, members × classes]`
   * @returns the ensemble's logits, `[batch, height, width, classes]`
   */
  logits(features: tf.Tensor4D): tf.Tensor4D {
    const correction = this.#layers(features);
    if (this.kind !== "residual") return correction;
    if (this.classes > 1) return tf.add(correction, this.#meanLogits(features));
    const mean = tf.clipByValue(tf.mean(tf.sigmoid(tf.mul(features, LOGIT_EDGE)), 3, true), 1e-6, 1 - 1e-6);
    return tf.add(correction, tf.log(tf.div(mean, tf.sub(1, mean)))) as tf.Tensor4D;
  }

  /** Computes logits of several classes whose softmax is the members' mean probability. */
  #meanLogits(features: tf.Tensor4D): tf.Tensor4D {
    const [batch, height, width] = features.shape;
    const probabilities = tf.sigmoid(tf.mul(features, LOGIT_EDGE));
    const byMember = tf.reshape(probabilities, [batch, height, width, this.members, this.classes]);
    return tf.log(tf.clipByValue(tf.mean(byMember, 3), 1e-6, 1)) as tf.Tensor4D;
  }

  /**
   * Predicts the ensemble's probability map of an image, float32 `[height, width]`, or `[height, width, classes]`.
   *
   * @param features features of the image, if already computed
   */
  async predict(
    { maps, width, height }: Pick<EnsembleImage, "maps" | "width" | "height">,
    features = metaFeatures(maps, this.classes),
  ): Promise<Float32Array> {
    const input = tf.tensor4d(features, [1, height, width, maps.length * this.classes]);
    const output = await this.#predict(input);
    const values = output.dataSync() as Float32Array;
    tf.dispose([input, output]);
    return values;
  }

  [Symbol.dispose](): void {
    this.#predict.dispose();
    this.weights.dispose();
  }
}
