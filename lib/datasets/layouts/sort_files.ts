import type { ImageFile } from "./image_files.ts";
import { isMaskName } from "./mask_words.ts";
import { pairNames } from "./pair_names.ts";

/** Other output of Cellpose than masks. */
const CELLPOSE_OUTPUT = /_(flows|dP|cellprob|styles|outlines|cp_output|cp_outlines|cp_flows)$/;

/** The image files of one folder, by their content according to their names. */
export interface SortedFiles {
  images: ImageFile[];
  /** Files named like masks, whether they have an image or not. */
  masks: ImageFile[];
  /** Other output of Cellpose. */
  outputs: ImageFile[];
  /** The masks that have an image. */
  paired: ImageFile[];
}

/** Sorts the image files of one folder into images, masks and other output of Cellpose, by their names. */
export function sortFiles(files: readonly ImageFile[]): SortedFiles {
  const images: ImageFile[] = [], masks: ImageFile[] = [], outputs: ImageFile[] = [];
  for (const file of files) {
    (CELLPOSE_OUTPUT.test(file.name) ? outputs : isMaskName(file.name) ? masks : images).push(file);
  }
  return { images, masks, outputs, paired: pairNames(images, masks).pairs.map(({ mask }) => mask) };
}
