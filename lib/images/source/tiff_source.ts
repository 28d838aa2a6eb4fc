import type { ByteSource } from "../../io/byte_source.ts";
import { orientedSize, reading } from "../decode_image.ts";
import { storedWindow, swapsSides } from "../formats/orient.ts";
import type { Image } from "../image.ts";
import {
  areEqual,
  checkChannels,
  colourChannels,
  isConstant,
  type RasterSamples,
  samplesToImage,
} from "../raster_to_image.ts";
import type { Rectangle } from "../rectangle.ts";
import { bandRows, checkPart, type ImageSource } from "./image_source.ts";
import { openTiffPicture } from "./tiff_picture.ts";

/** Options of `openImage`. */
export interface OpenImageOptions {
  /** Page of a TIFF, counted from 0. Default 0. */
  page?: number;
  /** Level of a TIFF's pyramid. Default 0, the full size. */
  level?: number;
  /**
   * Channels to read, counted from 1: one, or three that become red, green and blue. Default: all, if they are grey or
   * red, green and blue.
   */
  channels?: readonly number[];
}

/** Samples that are examined at once to choose the channels, about. */
const EXAMINED = 1 << 23;

/**
 * Opens a picture of a TIFF for reading part by part. The channels are chosen by all its pixels, as `decodeImage` does.
 *
 * @param bytes the file; the result does not dispose of it
 * @param name the file's path, for messages
 * @throws {ImageError} if the file is damaged, lacks the page or the level, or has channels that are neither grey nor
 * red, green and blue and none was chosen.
 */
export async function tiffSource(
  bytes: ByteSource,
  name: string,
  { page = 0, level, channels }: OpenImageOptions = {},
): Promise<ImageSource> {
  const picture = await openTiffPicture(bytes, name, { page, level }), { separate } = picture;
  const { width, height, pixelSides } = picture.header;
  const wanted = channels && separate > 0 ? await reading(name, () => checkChannels(channels, separate)) : undefined;
  // The other channels are not decoded.
  const chosen = wanted && [...new Set(wanted)].sort((a, b) => a - b);
  const readSamples = (window: Rectangle) => picture.readSamples(window, chosen);
  const { samples: first, raster } = await reading(
    name,
    () => readSamples({ x: 0, y: 0, width: 1, height: 1 }),
  );
  const { orientation } = raster;
  const selected = await reading(name, async () => {
    const rows = Math.max(1, Math.floor(EXAMINED / (width * first.count)));
    const among = wanted ? wanted.map((channel) => chosen!.indexOf(channel) + 1) : channels;
    return await selectChannels(first, among, async (all) => {
      for (let y = 0; y < height; y += rows) {
        const { samples } = await readSamples({ x: 0, y, width, height: Math.min(rows, height - y) });
        if (!all(samples.data)) return false;
      }
      return true;
    });
  });
  const sides = swapsSides(orientation) ? { width: height, height: width } : { width, height };
  const image = { ...sides, channels: selected.length as 1 | 3, bits: first.depth };
  return {
    ...image,
    bandRows: bandRows({
      width: sides.width,
      channels: Math.max(first.count, raster.channels),
      bits: Math.max(first.depth, 8 * raster.data.BYTES_PER_ELEMENT),
    }),
    ...(pixelSides && { pixelSize: orientedSize(pixelSides, orientation) }),
    async read(part): Promise<Image> {
      checkPart(part, sides);
      return await reading(name, async () => {
        const { raster, samples } = await readSamples(storedWindow(part, sides, orientation));
        return samplesToImage({ ...raster, orientation }, samples, selected);
      });
    },
    [Symbol.dispose]() {},
  };
}

/**
 * Selects the channels, counted from 0.
 *
 * @param everywhere returns whether something holds for the samples of every part of the picture
 */
async function selectChannels(
  first: RasterSamples,
  channels: readonly number[] | undefined,
  everywhere: (holds: (data: RasterSamples["data"]) => boolean) => Promise<boolean>,
): Promise<readonly number[]> {
  const { count, colour, alpha, data } = first;
  // The fourth channel counts only where it has no description.
  const constant = !channels && count === 4 && colour === "rgb" && !alpha &&
    await everywhere((part) => isConstant(part, count, 3, data[3]));
  const chosen = channels ? checkChannels(channels, count) : colourChannels(first, () => constant);
  const equal = chosen.length === 3 && await everywhere((part) => areEqual(part, count, chosen));
  return equal ? chosen.slice(0, 1) : chosen;
}
