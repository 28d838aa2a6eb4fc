import type { Raster } from "./formats/format.ts";
import { orient } from "./formats/orient.ts";
import { type RasterSamples, rasterToSamples } from "./raster_to_image.ts";

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
  const { width, height, channels, lossy, orientation, bits } = raster;
  if (lossy) {
    throw new Error(`its compression is ${lossy}, which can change a mask's colours along outlines: save it as PNG`);
  }
  const shown = raster.data instanceof Uint8Array && bits <= 8 ? rasterToSamples(raster) : undefined;
  const selected = shown && colourIndices(shown);
  if (!shown || !selected) {
    throw new Error(`it has ${channels} channels of ${bits} bits: save its colours as red, green and blue of 8 bits`);
  }
  const { data, count } = shown, out = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < out.length; from += count) {
    for (const channel of selected) out[to++] = data[from + channel];
  }
  return orient(out, { width, height, channels: 3, orientation });
}

/** Lists the channels of red, green and blue, counted from 0; undefined for other channels. */
function colourIndices({ count, alpha, colour }: RasterSamples): number[] | undefined {
  const colours = count - (alpha ? 1 : 0);
  if (colours === 3 && colour === "rgb") return [0, 1, 2];
  if (colours === 1 && (colour === "grey" || colour === "inverted")) return [0, 0, 0];
}
