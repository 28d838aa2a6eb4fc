import type { PixelSize, StackAxes } from "lib/images";

/** The image whose products are made. */
export interface LargeImage {
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its name in tables. */
  shown: string;
  pages: number;
  /** Height and width of a pixel in pixels of the full size, at a smaller level of a pyramid. */
  scale?: readonly [height: number, width: number];
  /** What the pages of a stack are, if the file states it. */
  axes?: StackAxes;
  pixelSize?: PixelSize;
  /** Names of the classes of its objects, if there are any. */
  classNames: readonly string[];
  /** The largest label of all pages. */
  largest: number;
}
