import { encode } from "fast-png";
import type { Image } from "../images/image.ts";
import { COLORS, parseColor } from "../plots/palette.ts";

/** The colours of the classes; of a task with one probability, that of the foreground. */
const CLASS_COLORS = [COLORS.green, COLORS.orange, COLORS.blue, COLORS.yellow, COLORS.pink, COLORS.sky]
  .map(parseColor);

/**
 * Draws a package's cover: the test image, and the probabilities of its classes in colours. The background is black.
 *
 * @param probabilities `[height, width, classes]`
 * @returns a PNG, twice as wide as the image
 */
export function drawCover({ width, height, channels, bits, data }: Image, probabilities: Float32Array): Uint8Array {
  const pixels = width * height, classes = probabilities.length / pixels, first = classes > 1 ? 1 : 0;
  let largest = bits === 32 ? Number.MIN_VALUE : 1;
  for (const value of data) largest = Math.max(largest, value);
  const cover = new Uint8Array(2 * pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const left = 3 * (Math.floor(i / width) * 2 * width + i % width), right = left + 3 * width;
    for (let c = 0; c < 3; c++) {
      cover[left + c] = Math.round(255 * data[i * channels + c % channels] / largest);
      let sum = 0;
      for (let k = first; k < classes; k++) {
        sum += probabilities[i * classes + k] * CLASS_COLORS[(k - first) % CLASS_COLORS.length][c];
      }
      cover[right + c] = Math.min(255, Math.round(sum));
    }
  }
  return encode({ width: 2 * width, height, data: cover, channels: 3, depth: 8 });
}
