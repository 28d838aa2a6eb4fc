/** A rectangle of pixels in an image. */
export interface Rectangle {
  /** First column. */
  x: number;
  /** First row. */
  y: number;
  width: number;
  height: number;
}
