import type { Rectangle } from "../rectangle.ts";
import type { Orientation } from "./format.ts";

/** Returns whether an orientation exchanges width and height. */
export function swapsSides(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** Returns whether the columns and the rows of the upright picture run backwards in the stored one. */
function mirrors(orientation: Orientation): { mirrorX: boolean; mirrorY: boolean } {
  return {
    mirrorX: orientation === 2 || orientation === 3 || orientation === 6 || orientation === 7,
    mirrorY: orientation === 3 || orientation === 4 || orientation === 7 || orientation === 8,
  };
}

/**
 * Returns where a part of the upright picture is stored. Oriented, the stored part is that part.
 *
 * @param size width and height of the upright picture
 */
export function storedWindow(
  { x, y, width, height }: Rectangle,
  size: { width: number; height: number },
  orientation: Orientation,
): Rectangle {
  const { mirrorX, mirrorY } = mirrors(orientation);
  const u = mirrorX ? size.width - x - width : x, v = mirrorY ? size.height - y - height : y;
  return swapsSides(orientation) ? { x: v, y: u, width: height, height: width } : { x: u, y: v, width, height };
}

/**
 * Returns where a pixel of the stored picture is in the upright one.
 *
 * @param size width and height of the stored picture
 */
export function uprightPlace(
  { x, y }: { x: number; y: number },
  { width, height }: { width: number; height: number },
  orientation: Orientation,
): { x: number; y: number } {
  const { mirrorX, mirrorY } = mirrors(orientation), swap = swapsSides(orientation);
  const [u, v, w, h] = swap ? [y, x, height, width] : [x, y, width, height];
  return { x: mirrorX ? w - 1 - u : u, y: mirrorY ? h - 1 - v : v };
}

/**
 * Rotates and mirrors a picture by its orientation (TIFF 6.0, tag 274).
 *
 * @param data `[height, width, channels]`
 * @returns the upright picture, with its width and height; `data` itself for orientation 1
 */
export function orient<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array>(
  data: T,
  { width, height, channels, orientation }: {
    width: number;
    height: number;
    channels: number;
    orientation: Orientation;
  },
): { data: T; width: number; height: number } {
  if (orientation === 1) return { data, width, height };
  const swap = swapsSides(orientation);
  const { mirrorX, mirrorY } = mirrors(orientation);
  const [w, h] = swap ? [height, width] : [width, height];
  const out = new (data.constructor as new (length: number) => T)(w * h * channels);
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const u = mirrorX ? w - 1 - x : x, v = mirrorY ? h - 1 - y : y;
      let from = (swap ? u * width + v : v * width + u) * channels;
      for (let c = 0; c < channels; c++) out[at++] = data[from++];
    }
  }
  return { data: out, width: w, height: h };
}
