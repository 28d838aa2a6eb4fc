/** One image with what each member of an ensemble predicts for it. */
export interface EnsembleImage {
  id: string;
  group: string;
  width: number;
  height: number;
  /** Foreground where larger than 0, `[height, width]`. */
  truth: ArrayLike<number>;
  /** Probability of foreground per member, float32 `[height, width]`. */
  maps: readonly Float32Array[];
}
