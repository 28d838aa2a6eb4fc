import { join } from "node:path";
import { z } from "zod";
import type { Dataset } from "../datasets/dataset.ts";
import type { Image } from "../images/image.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { askForWord } from "../io/explain_issue.ts";
import { OptionError } from "../io/option_error.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { Ensemble } from "./base_ensemble.ts";
import { memberFile, saveEnsemble } from "./ensemble_folder.ts";
import { heldOutMaps } from "./held_out_maps.ts";
import { fitMetaModel, type MetaModelOptions } from "./fit_meta_model.ts";
import { META_MODELS, type MetaModel, type MetaModelKind } from "./meta_model.ts";
import { META_MODEL, saveMetaModel } from "./meta_model_file.ts";

/** Schema of the description of a stacked ensemble. */
export const StoredStacking = z.strictObject({
  method: z.enum(META_MODELS),
  members: z.array(z.strictObject({ file: z.string().regex(/^[\w-]+\.safetensors$/) })).min(1),
  threshold: z.number().min(0).max(1),
});

/** Options of `ensemble` with a meta-model. */
export interface StackingOptions extends Pick<MetaModelOptions, "seed" | "steps" | "onProgress" | "signal"> {
  method: "stacking";
  /** Labelled images, some of which the meta-model learns from. */
  dataset: Dataset;
  /**
   * Ids of the images to learn from: of at least two groups, and none that a member trained on. Default: all images of
   * the groups that no member trained on. Only a model returned by `train` knows its training images; for models opened
   * from files, name the images. A member's validation images are allowed, as they only chose its epoch and its
   * threshold.
   */
  images?: readonly string[];
  /** Kind of meta-model. Default `residual`, which starts as soft voting. */
  kind?: MetaModelKind;
  /** Pixels with a larger probability of the ensemble are foreground, 0 to 1. Default 0.5. */
  threshold?: number;
}

/** An ensemble by stacking: a small network combines the members' probabilities. */
export class StackedEnsemble extends Ensemble {
  readonly #model: MetaModel;
  readonly #images: readonly string[] | undefined;

  /**
   * @param model disposed of together with the result
   * @param images ids of the images that the meta-model learned from; absent if they are not known
   */
  constructor(members: readonly Segmenter[], model: MetaModel, threshold: number, images?: readonly string[]) {
    super(members, threshold);
    this.#model = model;
    this.#images = images;
  }

  override get trainingImages(): readonly string[] | undefined {
    const images = super.trainingImages;
    return images && this.#images ? [...images, ...this.#images] : undefined;
  }

  protected override async combine(maps: readonly Float32Array[], { width, height }: Image): Promise<Float32Array> {
    return await this.#model.predict({ maps, width, height });
  }

  /**
   * Saves the ensemble as a folder: a file for each member and for the meta-model, and `ensemble.json`, which is
   * written last.
   */
  override async save(path: string): Promise<void> {
    const members = this.members.map((_, i) => ({ file: memberFile(i) }));
    const stored: z.input<typeof StoredStacking> = { method: this.#model.kind, members, threshold: this.threshold };
    await saveEnsemble(path, this.members, stored, () => saveMetaModel(join(path, META_MODEL), this.#model));
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#model[Symbol.dispose]();
  }
}

/**
 * Trains a meta-model on the members' maps of images that they have not seen.
 *
 * @throws {OptionError} if the kind is unknown, the number of steps cannot be, or no images are named and a member does not know
 * its own.
 * @throws {LeakError} if a member is known to have trained on one of the images, or another of its group.
 */
export async function fitStacking(members: readonly Segmenter[], options: StackingOptions): Promise<StackedEnsemble> {
  const { dataset, images, kind = "residual", threshold = 0.5, seed, steps, onProgress, signal = cellSignal() } =
    options;
  if (!META_MODELS.includes(kind)) throw new OptionError(`kind is "${kind}": ${askForWord(kind, META_MODELS)}`);
  if (steps !== undefined && !(Number.isInteger(steps) && steps > 0)) {
    throw new OptionError(`steps is ${steps}: give a whole number, 1 or more`);
  }
  const learned = await heldOutMaps(members, {
    dataset,
    images,
    signal,
    onProgress: (done) => onProgress?.(0.5 * done),
  });
  const report = (done: number) => onProgress?.(0.5 + 0.5 * done);
  const model = await fitMetaModel(learned, { kind, seed, steps, signal, onProgress: report });
  return new StackedEnsemble(members, model, threshold, learned.map(({ id }) => id));
}
