import type { Raster } from "./formats/format.ts";
import { orient } from "./formats/orient.ts";

/** The colour of each pixel. */
export interface ColourMask {
  width: number;
  height: number;
  /** Red, green and blue, `[height, width, 3]`. */
  data: Uint8Array;
}

/**
 * Converts a decoded picture to the colours of its pixels, for masks whose classes are colours. Transparency is dropped.
 *
 * @throws {Error} whose message does not name the file.
 */
export function rasterToColours(raster: Raster): ColourMask {
  const { width, height, channels, alpha, colour, lossy, orientation, bits, data, palette } = raster;
  if (lossy) {
    throw new Error(`its compression is ${lossy}, which can change a mask's colours along outlines: save it as PNG`);
  }
  const colours = channels - (alpha ? 1 : 0), count = width * height;
  const hasColours = (colour === "rgb" && colours === 3) ||
    (colours === 1 && (colour === "grey" || colour === "palette"));
  if (!(data instanceof Uint8Array) || bits > 8 || !hasColours) {
    throw new Error(`it has ${channels} channels of ${bits} bits: save its colours as red, green and blue of 8 bits`);
  }
  const out = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) {
      const value = data[i * channels + (colours === 3 ? c : 0)];
      out[3 * i + c] = palette ? palette[3 * value + c] : value;
    }
  }
  return orient(out, { width, height, channels: 3, orientation });
}
