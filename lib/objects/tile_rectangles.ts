import type { Rectangle } from "../images/rectangle.ts";

export type { Rectangle };

/** Returns the rectangle that two rectangles share, if there is one. */
export function intersection(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const x = Math.max(a.x, b.x), y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x, height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Copies a rectangle's values from those of a tile that contains it. */
export function crop(values: ArrayLike<number>, tile: Rectangle, part: Rectangle): Uint32Array {
  const out = new Uint32Array(part.width * part.height);
  for (let y = 0, k = 0; y < part.height; y++) {
    const start = (part.y + y - tile.y) * tile.width + part.x - tile.x;
    for (let x = 0; x < part.width; x++) out[k++] = values[start + x];
  }
  return out;
}

/** Number of pixels between a pixel and the nearest edge of a tile that is not an edge of the image. */
function depth(tile: Rectangle, image: { width: number; height: number }, x: number, y: number): number {
  return Math.min(
    tile.x === 0 ? Infinity : x - tile.x,
    tile.y === 0 ? Infinity : y - tile.y,
    tile.x + tile.width === image.width ? Infinity : tile.x + tile.width - 1 - x,
    tile.y + tile.height === image.height ? Infinity : tile.y + tile.height - 1 - y,
  );
}

/**
 * Returns which pixels a tile decides: those that are at least as deep in it as in every other tile. Of equally deep
 * tiles the first decides.
 *
 * @param tiles all tiles of the image
 * @param index the tile
 * @returns 1 or 0, `[height, width]` of the tile
 */
export function decidedPixels(
  tiles: readonly Rectangle[],
  index: number,
  image: { width: number; height: number },
): Uint8Array {
  const tile = tiles[index], own = new Uint8Array(tile.width * tile.height).fill(1);
  tiles.forEach((other, k) => {
    const shared = k === index ? undefined : intersection(tile, other);
    if (!shared) return;
    for (let y = shared.y; y < shared.y + shared.height; y++) {
      for (let x = shared.x; x < shared.x + shared.width; x++) {
        const lead = depth(other, image, x, y) - depth(tile, image, x, y);
        // Infinity − Infinity: both tiles see the whole image around the pixel.
        if (lead > 0 || (!(lead < 0) && k < index)) own[(y - tile.y) * tile.width + x - tile.x] = 0;
      }
    }
  });
  return own;
}
