import { type Colour, type FormatReader, type Header, parseOrientation, type Raster, startsWith } from "../format.ts";
import type { JpegColour } from "./colour.ts";
import { decodeJpeg } from "./decode_jpeg.ts";
import { readJpegHeader } from "./read_jpeg_header.ts";

const COLOURS: Record<JpegColour, Colour> = { grey: "grey", rgb: "rgb", cmyk: "CMYK", unknown: "channels" };

/** JPEG (ITU-T T.81): baseline, progressive and lossless; the first of several pictures in a file. */
export const jpeg: FormatReader = {
  label: "JPEG",
  extensions: ["jpg", "jpeg", "jpe", "jfif"],
  matches: (bytes) => startsWith(bytes, 0xff, 0xd8, 0xff),
  readHeader(bytes): Header {
    const { width, height, components, orientation } = readJpegHeader(bytes);
    return { width, height, pages: 1, channels: components, orientation: parseOrientation(orientation) };
  },

  readRaster(bytes): Raster {
    const { width, height, channels, bits, data, colour } = decodeJpeg(bytes);
    const { orientation, process } = readJpegHeader(bytes);
    return {
      width,
      height,
      channels,
      colour: COLOURS[colour],
      alpha: false,
      bits,
      data,
      orientation: parseOrientation(orientation),
      ...(process === "lossless" ? {} : { lossy: "JPEG" }),
    };
  },
};
