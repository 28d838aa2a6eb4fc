/** An image with the predictions of each member of an ensemble. */
export interface EnsembleImage {
  id: string;
  group: string;
  width: number;
  height: number;
  /** True labels, `[height, width]`; foreground is larger than 0. */
  truth: ArrayLike<number>;
  /** Probability of foreground per member, float32 `[height, width]`. */
  maps: readonly Float32Array[];
}
