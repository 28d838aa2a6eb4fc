import type { PixelSize } from "lib/images";
import type { Pictures } from "../pictures.ts";

/** The image whose products are made. */
export interface LargeImage extends Pictures {
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its name in tables. */
  shown: string;
  pixelSize?: PixelSize;
  /** Names of the classes of its objects, if there are any. */
  classNames: readonly string[];
  /** The largest label of all pages. */
  largest: number;
}
