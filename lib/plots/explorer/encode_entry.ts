import { encode } from "fast-png";
import { type Image, ImageError, type LabelImage } from "../../images/image.ts";
import { findVoid } from "../../images/void.ts";
import { visibleText } from "../../display/visible_text.ts";
import { displayPixels } from "../overlay/display_pixels.ts";
import { type ExplorerEntry, TRUTH_FLAGS } from "./explorer_data.ts";

/** An image that readers explore, with its truth and what a network predicts. */
export interface ExploredImage {
  name: string;
  image: Image;
  /** True objects; void pixels do not count. */
  labels: LabelImage;
  /** Probabilities of foreground, `[height, width]`. */
  probabilities: ArrayLike<number>;
}

/** The thresholds that a reader can choose, as the probabilities are compared with them. */
const THRESHOLDS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** Levels of brightness of a picture: what the eye sees no more, the file need not hold. */
const LEVELS = 64;

/** Cuts the middle out of an image that is larger than `side`. */
export function cutMiddle(explored: ExploredImage, side: number): ExploredImage {
  const { name, image, labels, probabilities } = explored;
  const width = Math.min(side, image.width), height = Math.min(side, image.height);
  if (width === image.width && height === image.height) return explored;
  const left = (image.width - width) >> 1, top = (image.height - height) >> 1;
  const cut = <Data extends Image["data"] | LabelImage["data"]>(data: Data, channels = 1) =>
    data.filter((_, i) => {
      const at = Math.floor(i / channels), x = at % image.width - left, y = Math.floor(at / image.width) - top;
      return x >= 0 && x < width && y >= 0 && y < height;
    }) as Data;
  return {
    name: `${name}, middle`,
    image: { ...image, width, height, data: cut(image.data, image.channels) },
    labels: {
      width,
      height,
      data: cut(labels.data),
      ...(labels.classes ? { classes: cut(labels.classes) } : {}),
    },
    probabilities: cut(Float32Array.from(probabilities)),
  };
}

function pngAddress(data: Uint8Array, width: number, height: number, channels: 1 | 3 = 1): string {
  const png = encode({ width, height, channels, depth: 8, data }, { zlib: { level: 9 } });
  return `data:image/png;base64,${png.toBase64()}`;
}

/** Encodes the objects and the void pixels of a mask. */
function truthFlags(labels: LabelImage): Uint8Array {
  const { width, height, data } = labels, ignored = findVoid(labels);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const isLast = i % width === width - 1, isLowest = i >= width * (height - 1);
    return 16 * ((data[i] > 0 ? TRUTH_FLAGS.object : 0) + (ignored?.[i] ? TRUTH_FLAGS.ignored : 0) +
      (!isLast && data[i] !== data[i + 1] ? TRUTH_FLAGS.right : 0) +
      (!isLowest && data[i] !== data[i + width] ? TRUTH_FLAGS.below : 0));
  });
}

/**
 * Encodes an image, its truth and its probabilities for the browser.
 *
 * @throws {ImageError} if they differ in size.
 */
export function encodeEntry({ name, image, labels, probabilities }: ExploredImage): ExplorerEntry {
  const { width, height, channels } = image;
  if (labels.width !== width || labels.height !== height || probabilities.length !== width * height) {
    throw new ImageError(
      `${name}: the image is ${width} × ${height}, the mask ${labels.width} × ${labels.height}, and there are ` +
        `${probabilities.length} probabilities: give a mask and a map of this image`,
    );
  }
  const { data } = displayPixels(image, 1), step = 256 / LEVELS;
  const shown = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const value = data[4 * Math.floor(i / channels) + i % channels];
    return Math.floor(value / step) * 255 / (LEVELS - 1);
  });
  const codes = Uint8Array.from({ length: width * height }, (_, i) => {
    let exceeded = Math.max(0, Math.min(99, Math.floor(probabilities[i] * 100)));
    // The product may be rounded over or under a threshold.
    while (exceeded < 99 && probabilities[i] > THRESHOLDS[exceeded]) exceeded++;
    while (exceeded > 0 && !(probabilities[i] > THRESHOLDS[exceeded - 1])) exceeded--;
    return 2 * exceeded;
  });
  return {
    name: visibleText(name),
    width,
    height,
    image: pngAddress(shown, width, height, channels),
    map: pngAddress(codes, width, height),
    truth: pngAddress(truthFlags(labels), width, height),
  };
}
