import type { Segmenter } from "lib";
import type { PixelSize } from "lib/images";
import type { Precision } from "lib/tensorflow";
import type { EarlierPictures } from "./files/earlier_pictures.ts";
import type { Product } from "./files/outputs.ts";
import type { ObjectFinder } from "./find_objects.ts";

/** An image to segment, and the names of its results. */
export interface PlannedImage {
  /** Its path, for opening it and for messages. */
  path: string;
  /** Its path below the common folder of all images. */
  place: string;
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its id in a submission. */
  id: string;
}

/** How images are segmented, and what is written. */
export interface SegmentingOptions {
  segmenter: Segmenter;
  finder: ObjectFinder;
  /** Folder of the results. */
  output: string;
  /** Pixels with a larger probability are 255 in a mask. */
  threshold: number;
  /** Endings of the pictures that are written: `_mask`, `_probability`. */
  suffixes: readonly string[];
  /** The pictures that were in the output folder before the command. */
  pictures: EarlierPictures;
  products: ReadonlySet<Product>;
  channels?: readonly number[];
  pixelSize?: PixelSize;
  /** Level of the images' pyramids; 0 is the full size. */
  level: number;
  /** Images of more pixels, over all pages, are segmented part by part. */
  maxPixels: number;
  /** The numbers in which the network multiplies. */
  precision: Precision;
  /** All settings of a mask, as text. */
  settings: string;
  /** All further settings by which objects are found, as text. */
  objectSettings: string;
  /** All further settings of the products, as text. */
  productSettings: string;
  signal: AbortSignal;
}
