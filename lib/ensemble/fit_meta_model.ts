import { shuffledGroups } from "../datasets/splits.ts";
import { VOID_CLASS } from "../images/image.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { count } from "../io/count.ts";
import { OptionError } from "../io/option_error.ts";
import { UserError } from "../io/user_error.ts";
import { Random } from "../math/random.ts";
import { compile, tf } from "../tensorflow/mod.ts";
import { Optimizer } from "../train/optimizers.ts";
import { type EnsembleImage, imageTask } from "./ensemble_image.ts";
import { featureCache } from "./meta_features.ts";
import { metaLoss, metaTargets } from "./meta_loss.ts";
import { MetaModel, type MetaModelKind, withMetaAlgorithms } from "./meta_model.ts";

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

/** Steps between evaluations on the inner validation images. */
const LOOK_EVERY = 40;

/** Splits images by group, with a share of the groups (at least one) held out. */
function splitGroups(images: readonly EnsembleImage[], share: number, random: Random): EnsembleImage[][] {
  const order = shuffledGroups(images.map(({ group }) => group), random);
  const aside = new Set(order.slice(0, Math.max(1, Math.round(share * order.length))));
  return [images.filter(({ group }) => !aside.has(group)), images.filter(({ group }) => aside.has(group))];
}

/** Throws for maps that do not fit the task of their image. */
function refuseOtherMaps(images: readonly EnsembleImage[]): void {
  for (const image of images) {
    const { logits, label } = imageTask(image), values = image.width * image.height * logits;
    const odd = image.maps.find(({ length }) => length !== values);
    if (!odd) continue;
    throw new OptionError(
      `A map of the image ${image.id} has ${
        count(odd.length, "value")
      }, and maps of the task "${label}" have ${values} ` +
        "at its size: give the image its task",
    );
  }
}

/**
 * Trains a meta-model on members' maps. The maps must be out of fold: on images that the members trained on, it would
 * learn from overconfident predictions. A part of the groups is not trained on, and chooses the step whose weights are
 * kept. The untrained model is among the choices.
 *
 * Void pixels count neither in the loss nor in the choice.
 *
 * @throws {UserError} for fewer than two groups.
 * @throws {OptionError} if images have different numbers of maps, or maps of another task.
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
  refuseOtherMaps(images);
  if (new Set(images.map(({ group }) => group)).size < 2) {
    throw new UserError("A meta-model needs images of two groups or more: one part trains, the other chooses");
  }
  const [training, validation] = splitGroups(images, options.validationShare ?? 0.25, new Random(seed, 0x3e7a));
  const { logits: classes } = imageTask(images[0]);
  const loss = metaLoss(images);
  const model = new MetaModel(kind, members, seed, classes);
  const channels = members * classes, variables = model.weights.trainable();
  const optimizer = new Optimizer(variables, { name: "adam" });
  const step = compile((features: tf.Tensor4D, masks: tf.Tensor4D, control: tf.Tensor1D) => {
    const { value, grads } = withMetaAlgorithms(() =>
      tf.variableGrads(() => loss(model.logits(features), masks), [...variables])
    );
    optimizer.apply(grads, control);
    return value;
  }, { name: "meta-model step" });

  const cachedFeatures = featureCache(classes);
  const error = async () => {
    let sum = 0, pixels = 0;
    for (const image of validation) {
      signal?.throwIfAborted();
      const map = await model.predict(image, cachedFeatures(image));
      const targets = metaTargets(image);
      for (let i = 0; i < targets.length; i++) {
        if (targets[i] === VOID_CLASS) continue;
        const p = Math.min(1 - 1e-6, Math.max(1e-6, map[i * classes + (classes > 1 ? targets[i] : 0)]));
        sum -= Math.log(classes > 1 || targets[i] > 0 ? p : 1 - p);
        pixels++;
      }
    }
    return sum / pixels;
  };
  const snapshot = () => variables.map((variable) => variable.dataSync().slice() as Float32Array);
  try {
    let best = { error: await error(), values: snapshot() };
    for (let done = 0; done < steps; done++) {
      signal?.throwIfAborted();
      const random = new Random(seed, done, 0x57e9);
      const features = new Float32Array(batchSize * side * side * channels),
        masks = new Float32Array(batchSize * side * side);
      for (let b = 0; b < batchSize; b++) {
        const image = training[random.integer(training.length)];
        const { width, height } = image, targets = metaTargets(image);
        const top = random.integer(Math.max(1, height - side + 1)),
          left = random.integer(Math.max(1, width - side + 1));
        const all = cachedFeatures(image);
        for (let y = 0, i = b * side * side; y < side; y++) {
          const row = (top + y) % height * width;
          for (let x = 0; x < side; x++, i++) {
            const pixel = row + (left + x) % width;
            masks[i] = targets[pixel];
            for (let c = 0; c < channels; c++) features[i * channels + c] = all[pixel * channels + c];
          }
        }
      }
      const inputs = [
        tf.tensor4d(features, [batchSize, side, side, channels]),
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
