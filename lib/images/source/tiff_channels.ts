import type { ByteSource } from "../../io/byte_source.ts";
import { reading } from "../decode_image.ts";
import { storedWindow, swapsSides } from "../formats/orient.ts";
import type { ChannelImage } from "../image.ts";
import { samplesToChannels, storedChannels } from "../raster_to_image.ts";
import type { Rectangle } from "../rectangle.ts";
import { bandRows, checkPart } from "./image_source.ts";
import { openTiffPicture } from "./tiff_picture.ts";
import type { OpenImageOptions } from "./tiff_source.ts";

/** All channels of an image that is read part by part. */
export interface ChannelSource extends Pick<ChannelImage, "width" | "height" | "channels" | "bits"> {
  /**
   * Reads channels of a part of the image.
   *
   * @param channels counted from 0, ascending
   * @throws {ImageError} if the part is outside the image, or the file is damaged.
   */
  read(part: Rectangle, channels: readonly number[]): Promise<ChannelImage>;
}

/**
 * Opens all channels of a TIFF's picture, without transparency, for reading them part by part.
 *
 * @param bytes the file; the result does not dispose of it
 * @param name the file's path, for messages
 * @throws {ImageError} if the file is damaged, or lacks the page or the level.
 */
export async function tiffChannels(
  bytes: ByteSource,
  name: string,
  { page = 0, level }: Pick<OpenImageOptions, "page" | "level"> = {},
): Promise<ChannelSource> {
  const { header: { width, height }, separate, readSamples } = await openTiffPicture(bytes, name, { page, level });
  const first = await reading(name, () => readSamples({ x: 0, y: 0, width: 1, height: 1 }));
  const { orientation, channels: decoded, data: { BYTES_PER_ELEMENT } } = first.raster, bits = first.samples.depth;
  const sides = swapsSides(orientation) ? { width: height, height: width } : { width, height };
  return {
    ...sides,
    channels: storedChannels(first.samples).length,
    bits,
    async read(part, channels) {
      checkPart(part, sides);
      const rows = bandRows({
        width: part.width,
        channels: separate > 0 ? channels.length : Math.max(decoded, first.samples.count),
        bits: Math.max(bits, 8 * BYTES_PER_ELEMENT),
      });
      const length = part.width * part.height * channels.length;
      const data = new { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits](length);
      // Channels that are not wanted are decoded for few rows at a time.
      for (let y = 0; y < part.height; y += rows) {
        const band = { ...part, y: part.y + y, height: Math.min(rows, part.height - y) };
        const image = await reading(name, async () => {
          const window = storedWindow(band, sides, orientation);
          const { raster, samples } = await readSamples(window, separate > 0 ? channels : undefined);
          const selected = separate > 0 ? channels.map((_, position) => position) : channels;
          return samplesToChannels({ ...raster, orientation }, samples, selected);
        });
        data.set(image.data, y * part.width * channels.length);
      }
      return { width: part.width, height: part.height, channels: channels.length, bits, data };
    },
  };
}
