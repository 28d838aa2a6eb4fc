import type { ByteSource } from "../../io/byte_source.ts";
import { checkPage, reading } from "../decode_image.ts";
import type { Header, Raster } from "../formats/format.ts";
import { countSeparateChannels, readTiffHeader, readTiffRaster } from "../formats/tiff/tiff.ts";
import { type RasterSamples, rasterToSamples } from "../raster_to_image.ts";
import type { Rectangle } from "../rectangle.ts";

/** A picture of a TIFF, whose samples are read as they are stored. */
export interface TiffPicture {
  header: Header;
  /** Number of channels that are stored separately, or 0. */
  separate: number;
  /**
   * Reads the samples of a window.
   *
   * @param chosen the channels to read, counted from 0 and ascending, if they are stored separately
   */
  readSamples(window: Rectangle, chosen?: readonly number[]): Promise<{ raster: Raster; samples: RasterSamples }>;
}

/**
 * Opens a picture of a TIFF.
 *
 * @param name the file's path, for messages
 * @param page counted from 0
 * @throws {ImageError} if the file is damaged, or lacks the page or the level.
 */
export async function openTiffPicture(
  bytes: ByteSource,
  name: string,
  { page, level }: { page: number; level?: number },
): Promise<TiffPicture> {
  const header = await reading(name, () => readTiffHeader(bytes, level)), { width, height, pages } = header;
  checkPage(page, pages, name);
  const separate = await reading(name, () => countSeparateChannels(bytes, page, level));
  return {
    header,
    separate,
    async readSamples(window, chosen) {
      const read = await readTiffRaster(bytes, page, { level, window, chosen });
      const place = {
        ...(pages > 1 && { page }),
        part: { x: window.x, y: window.y, width, height },
        ...(chosen && { channels: chosen }),
      };
      const raster = { ...read, place };
      return { raster, samples: rasterToSamples(raster) };
    },
  };
}
