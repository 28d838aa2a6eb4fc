import type { EnsembleImage } from "../ensemble_image.ts";

/** An ensemble that has learnt what it learns. */
export interface FittedEnsemble {
  /**
   * Combines its members' maps of one image.
   *
   * @returns probability of foreground, `[height, width]`
   */
  predict(image: EnsembleImage): Promise<Float32Array> | Float32Array;
  /** The members' weights, of sum 1, where it is a weighted mean. */
  weights?: number[];
  /** Frees what it holds. */
  dispose?(): void;
}

/** A way to combine members, as the registry `ENSEMBLE_METHODS` has it. */
export interface EnsembleMethodDefinition {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  /** What a fitted ensemble has to keep of its training, to predict other images: nothing, weights of the members, or a network. */
  stores: "nothing" | "weights" | "model";
  /**
   * Learns from out-of-fold maps: images that none of the members trained on.
   *
   * @param images of two groups or more where the method stores a model
   */
  fit(images: readonly EnsembleImage[]): Promise<FittedEnsemble>;
}
