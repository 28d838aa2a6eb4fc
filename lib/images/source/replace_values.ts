import type { Rectangle } from "../rectangle.ts";
import type { ImageSource } from "./image_source.ts";

/** Values of an image that are replaced. */
export interface Replacements {
  /** Positions in the data of the whole image, ascending. */
  positions: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** Returns the first index of a position that is not below `least`. */
function lowerBound(positions: ArrayLike<number>, least: number): number {
  let low = 0, high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Replaces values of a source. The result reads from the source and does not dispose of it. */
export function replaceValues(source: ImageSource, { positions, values }: Replacements): ImageSource {
  const { width, channels } = source;
  return {
    ...source,
    async read(part: Rectangle) {
      const image = await source.read(part), row = part.width * channels;
      for (let y = 0; y < part.height; y++) {
        const start = ((part.y + y) * width + part.x) * channels;
        for (let k = lowerBound(positions, start); positions[k] < start + row; k++) {
          image.data[y * row + positions[k] - start] = values[k];
        }
      }
      return image;
    },
    [Symbol.dispose]() {},
  };
}
