import { clippedLogit, LOGIT_EDGE } from "../math/logit.ts";
import { Random } from "../math/random.ts";
import { shuffledGroups } from "../datasets/splits.ts";
import { convolution } from "../nn/layers/convolution.ts";
import { relu } from "../nn/ops/relu.ts";
import { type Initializer, Weights } from "../nn/weights/weight_scope.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { compile, tf } from "../tensorflow/mod.ts";
import { bceLoss } from "../train/losses/bce.ts";
import { Optimizer } from "../train/optimizers.ts";
import type { EnsembleImage } from "./ensemble_image.ts";
import { count } from "../io/count.ts";
import { OptionError } from "../io/option_error.ts";
import { UserError } from "../io/user_error.ts";

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
 * `shallow-cnn`: two convolutions over the members' logits compute the ensemble's logit. `residual`: they compute a
 * correction of the logit of the members' mean probability. The correction starts at zero, which equals soft voting.
 */
export type MetaModelKind = typeof META_MODELS[number];

/** Options of {@linkcode fitMetaModel}. */
export interface MetaModelOptions {
  kind: MetaModelKind;
  seed?: number;
  /** Training steps. Default 200. */
  steps?: number;
  /** Side of the training crops in pixels. Default 48. */
  cropSize?: number;
  /** Number of crops per step. Default 8. */
  batchSize?: number;
  /** Learning rate. Default 0.003. */
  learningRate?: number;
  /** Share of the groups that are used only to choose the best step. Default 0.25. */
  validationShare?: number;
  onProgress?: (done: number) => void;
  /** Stops the training and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/** Channels between the convolutions. */
const HIDDEN = 8;
/** Steps between evaluations on the inner validation images. */
const LOOK_EVERY = 40;

/**
 * Computes the features `[pixels, members]`: the members' logits, clipped at probabilities of 10⁻⁶ and 1 − 10⁻⁶ and
 * scaled to about ± 1.
 */
function toFeatures(maps: readonly Float32Array[]): Float32Array {
  const count = maps[0].length;
  const out = new Float32Array(count * maps.length);
  for (let i = 0, at = 0; i < count; i++) {
    for (let m = 0; m < maps.length; m++) out[at++] = clippedLogit(maps[m][i]) / LOGIT_EDGE;
  }
  return out;
}

/** Largest cache of features in bytes, so that logarithms are not computed repeatedly while a meta-model trains. */
const KEPT_FEATURES = 1e9;

/** A cache of the features of images. */
function featureCache(): (image: EnsembleImage) => Float32Array {
  const kept = new Map<EnsembleImage, Float32Array>();
  let bytes = 0;
  return (image) => {
    let features = kept.get(image);
    if (!features) {
      features = toFeatures(image.maps);
      bytes += features.byteLength;
      if (bytes <= KEPT_FEATURES) kept.set(image, features);
    }
    return features;
  };
}

/** A small network that learns to combine members: see {@linkcode fitMetaModel}. */
export class MetaModel implements Disposable {
  readonly weights: Weights;
  readonly #layers;
  readonly #predict;

  constructor(readonly kind: MetaModelKind, readonly members: number, seed = 0) {
    this.weights = new Weights(seed);
    const scope = this.weights.scope();
    const zero: Initializer = { kind: "constant", value: 0 };
    const options = { side: 3, bias: zero, padding: 1 } as const;
    const first = convolution(scope.child("first"), {
      ...options,
      inChannels: members,
      outChannels: HIDDEN,
      initializer: { kind: "kaimingNormal", fan: "in" },
    });
    const last = convolution(scope.child("last"), {
      ...options,
      inChannels: HIDDEN,
      outChannels: 1,
      initializer: kind === "residual" ? zero : { kind: "kaimingNormal", fan: "in" },
    });
    this.#layers = (x: tf.Tensor4D) => last(relu(first(x, {})), {});
    this.#predict = compile((x: tf.Tensor4D) => tf.sigmoid(this.logits(x)), { name: "meta-model" });
  }

  /**
   * @param features members' logits / 13.8, `[batch, height, width, members]`
   * @returns the ensemble's logits, `[batch, height, width, 1]`
   */
  logits(features: tf.Tensor4D): tf.Tensor4D {
    const correction = this.#layers(features);
    if (this.kind !== "residual") return correction;
    const mean = tf.clipByValue(tf.mean(tf.sigmoid(tf.mul(features, LOGIT_EDGE)), 3, true), 1e-6, 1 - 1e-6);
    return tf.add(correction, tf.log(tf.div(mean, tf.sub(1, mean)))) as tf.Tensor4D;
  }

  /**
   * Predicts the ensemble's probability map of an image, float32 `[height, width]`.
   *
   * @param features features of the image, if already computed
   */
  async predict(
    { maps, width, height }: Pick<EnsembleImage, "maps" | "width" | "height">,
    features = toFeatures(maps),
  ): Promise<Float32Array> {
    const input = tf.tensor4d(features, [1, height, width, maps.length]);
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

/** Splits images by group, with a share of the groups (at least one) held out. */
function splitGroups(images: readonly EnsembleImage[], share: number, random: Random): EnsembleImage[][] {
  const order = shuffledGroups(images.map(({ group }) => group), random);
  const aside = new Set(order.slice(0, Math.max(1, Math.round(share * order.length))));
  return [images.filter(({ group }) => !aside.has(group)), images.filter(({ group }) => aside.has(group))];
}

/**
 * Trains a meta-model on members' maps. The maps must be out of fold: on images that the members trained on, it would
 * learn from overconfident predictions. A part of the groups is not trained on, and chooses the step whose weights are
 * kept. The untrained model is among the choices.
 *
 * @throws {UserError} for fewer than two groups.
 * @throws {OptionError} if images have different numbers of maps.
 */
export async function fitMetaModel(images: readonly EnsembleImage[], options: MetaModelOptions): Promise<MetaModel> {
  const { kind, seed = 0, steps = 200, cropSize: side = 48, batchSize = 8, learningRate = 3e-3 } = options;
  const { signal = cellSignal() } = options;
  const members = images[0]?.maps.length ?? 0;
  const odd = images.find(({ maps }) => maps.length !== members);
  if (odd) {
    throw new OptionError(
      `The image ${odd.id} has ${count(odd.maps.length, "map")}, and ${images[0].id} has ${members}: ` +
        "give each image one map of every member",
    );
  }
  if (new Set(images.map(({ group }) => group)).size < 2) {
    throw new UserError("A meta-model needs images of two groups or more: one part trains, the other chooses");
  }
  const [training, validation] = splitGroups(images, options.validationShare ?? 0.25, new Random(seed, 0x3e7a));
  const model = new MetaModel(kind, members, seed);
  const variables = model.weights.trainable();
  const optimizer = new Optimizer(variables, { name: "adam" });
  const step = compile((features: tf.Tensor4D, masks: tf.Tensor4D, control: tf.Tensor1D) => {
    const { value, grads } = tf.variableGrads(() => bceLoss(model.logits(features), masks), [...variables]);
    optimizer.apply(grads, control);
    return value;
  }, { name: "meta-model step" });

  const cachedFeatures = featureCache();
  const error = async () => {
    let sum = 0, pixels = 0;
    for (const image of validation) {
      signal?.throwIfAborted();
      const map = await model.predict(image, cachedFeatures(image));
      for (let i = 0; i < map.length; i++) {
        const p = Math.min(1 - 1e-6, Math.max(1e-6, map[i]));
        sum -= Math.log(image.truth[i] > 0 ? p : 1 - p);
      }
      pixels += map.length;
    }
    return sum / pixels;
  };
  const snapshot = () => variables.map((variable) => variable.dataSync().slice() as Float32Array);
  try {
    let best = { error: await error(), values: snapshot() };
    for (let done = 0; done < steps; done++) {
      signal?.throwIfAborted();
      const random = new Random(seed, done, 0x57e9);
      const features = new Float32Array(batchSize * side * side * members),
        masks = new Float32Array(batchSize * side * side);
      for (let b = 0; b < batchSize; b++) {
        const image = training[random.integer(training.length)];
        const { truth, width, height } = image;
        const top = random.integer(Math.max(1, height - side + 1)),
          left = random.integer(Math.max(1, width - side + 1));
        const all = cachedFeatures(image);
        for (let y = 0, i = b * side * side; y < side; y++) {
          const row = (top + y) % height * width;
          for (let x = 0; x < side; x++, i++) {
            const pixel = row + (left + x) % width;
            masks[i] = truth[pixel] > 0 ? 1 : 0;
            for (let m = 0; m < members; m++) features[i * members + m] = all[pixel * members + m];
          }
        }
      }
      const inputs = [
        tf.tensor4d(features, [batchSize, side, side, members]),
        tf.tensor4d(masks, [batchSize, side, side, 1]),
        optimizer.control(done + 1, learningRate),
      ] as const;
      (await step(...inputs)).dispose();
      tf.dispose([...inputs]);
      if ((done + 1) % LOOK_EVERY === 0 || done + 1 === steps) {
        const now = await error();
        if (now < best.error) best = { error: now, values: snapshot() };
        options.onProgress?.((done + 1) / steps);
      }
    }
    variables.forEach((variable, i) => {
      const value = tf.tensor(best.values[i], variable.shape);
      variable.assign(value);
      value.dispose();
    });
    return model;
  } catch (error) {
    model[Symbol.dispose]();
    throw error;
  } finally {
    step.dispose();
    optimizer.dispose();
  }
}
