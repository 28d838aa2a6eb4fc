import type { ByteSource } from "../../io/byte_source.ts";
import type { Raster } from "../formats/format.ts";
import { readTiffRaster } from "../formats/tiff/tiff.ts";
import { type RasterSamples, rasterToSamples } from "../raster_to_image.ts";
import type { Rectangle } from "../rectangle.ts";

/** A picture of a TIFF. */
interface TiffPicture {
  /** Counted from 0. */
  page: number;
  level?: number;
  /** Its stored columns. */
  width: number;
  /** Number of channels that are stored separately, or 0. */
  separate: number;
}

/**
 * Returns a function that reads the samples of a window, as they are stored.
 *
 * @returns `chosen` are the channels to read, counted from 0 and ascending, if they are stored separately
 */
export function samplesReader(
  bytes: ByteSource,
  { page, level, width, separate }: TiffPicture,
): (window: Rectangle, chosen?: readonly number[]) => Promise<{ raster: Raster; samples: RasterSamples }> {
  return async (window, chosen) => {
    const raster = await readTiffRaster(bytes, page, { level, window, chosen });
    const read = raster.channels, stored = chosen ? separate : read;
    const position = (index: number) => {
      const pixel = Math.floor(index / read), y = Math.floor(pixel / raster.width), x = pixel % raster.width;
      return ((window.y + y) * width + window.x + x) * stored + (chosen ? chosen[index % read] : index % read);
    };
    return { raster, samples: rasterToSamples(raster, position) };
  };
}
