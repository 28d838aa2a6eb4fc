import type { Frame } from "./frame.ts";
import type { MarkerReader } from "./marker_reader.ts";

/**
 * What a JPEG's components are: "auto" goes by its segments and component ids, as libjpeg does. Of three, "ycbcr" become
 * red, green and blue; "raw" ones stay as they are.
 */
export type ColourOption = "auto" | "ycbcr" | "raw";

/** What decoded components are. */
export type JpegColour = "grey" | "rgb" | "cmyk" | "unknown";

/** How components become colours. */
export interface ColourChange {
  /** Whether the first three are YCbCr and become red, green and blue. */
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
 * How a frame's components become colours.
 *
 * CMYK is taken for Adobe's, which is stored inverted, and is inverted back, as Pillow does. Of YCCK, the first three
 * components give the complement of red, green and blue, which the inversion turns into red, green and blue.
 *
 * @throws {Error} if a lossless frame would have to be converted, which is not lossless.
 */
export function chooseColour(frame: Frame, reader: MarkerReader, option: ColourOption): ColourChange {
  const count = frame.components.length;
  const kept = { fromYcc: false, invert: false };
  if (count === 1) return { ...kept, colour: "grey" };
  if (count === 2 || option === "raw" || (count === 4 && option === "ycbcr")) return { ...kept, colour: "unknown" };
  const fromYcc = option === "ycbcr" || isYcc(frame, reader);
  if (fromYcc && frame.process === "lossless") {
    throw new Error("it is a lossless JPEG in YCbCr, whose colours other programs do not convert: save it as PNG");
  }
  return count === 3 ? { fromYcc, invert: false, colour: "rgb" } : { fromYcc, invert: true, colour: "cmyk" };
}
