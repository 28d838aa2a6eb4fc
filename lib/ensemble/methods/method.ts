import type { EnsembleImage } from "../ensemble_image.ts";
import type { MetaModel } from "../meta_model.ts";

/** A fitted ensemble. */
export interface FittedEnsemble {
  /**
   * Combines its members' maps of one image.
   *
   * @returns probabilities of the same shape as a member's
   */
  predict(image: EnsembleImage): Promise<Float32Array> | Float32Array;
  /** Weights of the members, of sum 1, if it is a weighted mean. */
  weights?: number[];
  /** The network that combines the members, if it is one. */
  model?: MetaModel;
  /** Frees its resources. */
  dispose?(): void;
}

/** An entry of the registry `ENSEMBLE_METHODS`: a way to combine members. */
export interface EnsembleMethodDefinition {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  /** What a fitted ensemble must store to predict other images: nothing, weights of the members, or a network. */
  stores: "nothing" | "weights" | "model";
  /**
   * Fits the method on out-of-fold maps, of images that none of the members trained on.
   *
   * @param images images, of at least two groups if the method stores a model
   */
  fit(images: readonly EnsembleImage[]): Promise<FittedEnsemble>;
}
