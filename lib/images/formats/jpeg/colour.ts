import type { Frame } from "./frame.ts";
import type { MarkerReader } from "./marker_reader.ts";

/**
 * The meaning of a JPEG's components. "auto" decides by segments and component ids, like libjpeg. "ycbcr" converts
 * three components to red, green and blue; "raw" leaves them unchanged.
 */
export type ColourOption = "auto" | "ycbcr" | "raw";

/** The meaning of decoded components. */
export type JpegColour = "grey" | "rgb" | "cmyk" | "unknown";

/** The conversion of components to colours. */
export interface ColourChange {
  /** Whether the first three are YCbCr and are converted to red, green and blue. */
  fromYcc: boolean;
  /** Whether the others are inverted. */
  invert: boolean;
  colour: JpegColour;
}

function isYcc({ components, process }: Frame, { jfif, transform }: MarkerReader): boolean {
  if (components.length === 4) return transform !== undefined && transform !== 0;
  if (jfif) return true;
  if (transform !== undefined) return transform !== 0;
  const ids = String.fromCharCode(...components.map(({ id }) => id));
  return process !== "lossless" && ids !== "RGB";
}

/**
 * Chooses how a frame's components become colours.
 *
 * CMYK is assumed to be Adobe's, which is stored inverted, and is inverted back, as Pillow does. The first three
 * components of YCCK give the complement of red, green and blue, which the inversion turns into red, green and blue.
 *
 * @throws {Error} if a lossless frame needs a conversion, which would not be lossless.
 */
export function chooseColour(frame: Frame, reader: MarkerReader, option: ColourOption): ColourChange {
  const count = frame.components.length;
  const unchanged = { fromYcc: false, invert: false };
  if (count === 1) return { ...unchanged, colour: "grey" };
  if (count === 2 || option === "raw" || (count === 4 && option === "ycbcr")) {
    return { ...unchanged, colour: "unknown" };
  }
  const fromYcc = option === "ycbcr" || isYcc(frame, reader);
  if (fromYcc && frame.process === "lossless") {
    throw new Error("it is a lossless JPEG in YCbCr, whose colours other programs do not convert: save it as PNG");
  }
  return count === 3 ? { fromYcc, invert: false, colour: "rgb" } : { fromYcc, invert: true, colour: "cmyk" };
}
