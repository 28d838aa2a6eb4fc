import { FAR, removeHotPixels } from "../images/hot_pixels.ts";
import { type Image, luminance } from "../images/image.ts";
import { otsuThreshold } from "./otsu.ts";

/**
 * What Otsu's threshold alone calls foreground: the brighter class, or the darker one where the
 * brighter covers more than half of the image (stained tissue on a bright ground). Hot pixels do not count: one alone would
 * be a class.
 *
 * @returns 0 or 1, `[height, width]`
 */
export function otsuBaseline(image: Image): Float32Array {
  const grey = luminance(removeHotPixels(image, FAR));
  const threshold = otsuThreshold(grey);
  const map = grey.map((value) => value > threshold ? 1 : 0);
  const bright = map.reduce((sum, value) => sum + value, 0);
  return bright > map.length / 2 ? map.map((value) => 1 - value) : map;
}

/** The map that calls every pixel foreground; its Dice is 2f / (1 + f) at a foreground share f. */
export function allForeground({ width, height }: Image): Float32Array {
  return new Float32Array(width * height).fill(1);
}
