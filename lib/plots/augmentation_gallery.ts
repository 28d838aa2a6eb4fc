import { AUGMENTATIONS } from "../batches/augment/augmentations.ts";
import { sampleCrop } from "../batches/augment/sample_crop.ts";
import type { Sample } from "../datasets/dataset.ts";
import { normalizeImage } from "../images/normalize.ts";
import type { Figure } from "./figure.ts";
import { montage } from "./montage/montage.ts";
import type { Tile } from "./montage/tile.ts";

/**
 * Draws one crop unchanged and after each augmentation, with the outlines of its mask.
 *
 * @param side side of the crop in pixels, smaller than the sample. Default 192.
 */
export function augmentationGallery({ image, labels }: Sample, { side = 192 } = {}): Figure {
  const pixels = normalizeImage(image, "robust");
  const source = { width: image.width, height: image.height, channels: image.channels, pixels, mask: labels.data };
  const cut = (augmentations: readonly (typeof AUGMENTATIONS[number])[], key: number) => {
    const crop = new Float32Array(side * side * image.channels), mask = new Float32Array(side * side);
    sampleCrop(source, { side, channels: image.channels, augmentations, range: [0, 1] }, [key], crop, mask);
    return { crop, mask };
  };
  const tile = ({ crop, mask }: ReturnType<typeof cut>, caption: string): Tile => ({
    caption,
    mask,
    // All tiles have the same scale, so that brightness and contrast can be compared.
    displayRange: [0, 1.15],
    image: { width: side, height: side, channels: image.channels, bits: 32, data: crop },
  });
  const tiles = [tile(cut([], 0), "as it is")];
  for (const name of AUGMENTATIONS) {
    if (name === "stainJitter" && image.channels === 1) continue;
    // The first key for which the augmentation changes the crop.
    let key = 0;
    const unchanged = (a: Float32Array, b: Float32Array) => a.every((value, i) => value === b[i]);
    while (key < 200 && unchanged(cut([name], key).crop, cut([], key).crop)) key++;
    tiles.push(tile(cut([name], key), name));
  }
  return montage(tiles, {
    columns: 4,
    side: 170,
    description: "One crop, and after each augmentation, with its mask's outlines",
  });
}
