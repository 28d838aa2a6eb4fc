/** Rows of an image's map. */
export interface MapRows {
  /** First row. */
  top: number;
  /** Number of rows. */
  height: number;
  /** float32 `[height, width]`, or `[height, width, classes]`. */
  data: Float32Array;
}
