import type { Image, LabelImage } from "lib/images";
import type { Rows } from "lib/objects";

/**
 * Returns the distance of the pixels that a picture shows.
 *
 * @param longestSide of the picture, in pixels
 */
export function reductionFactor({ width, height }: { width: number; height: number }, longestSide: number): number {
  return Math.max(1, Math.ceil(Math.max(width, height) / longestSide));
}

/** Every nth pixel of a large image and of its labels, for pictures. */
export class ReducedPicture {
  /** Distance of the pixels that are shown. */
  readonly factor: number;
  readonly image: Image;
  readonly labels: LabelImage & { data: Uint32Array };
  readonly #width: number;

  /** @param longestSide of the picture, in pixels */
  constructor({ width, height, channels, bits }: Omit<Image, "data" | "pixelSize">, longestSide: number) {
    const factor = reductionFactor({ width, height }, longestSide);
    const size = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
    const data = new { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits](size.width * size.height * channels);
    this.factor = factor;
    this.#width = width;
    this.image = { ...size, channels, bits, data };
    this.labels = { ...size, data: new Uint32Array(size.width * size.height) };
  }

  /** Adds rows of the image. */
  addImage({ top, height, data }: Rows<Image["data"]>): void {
    this.#add(top, height, data, this.image.data, this.image.channels);
  }

  /** Adds rows of the labels. */
  addLabels({ top, height, data }: Rows<Uint32Array>): void {
    this.#add(top, height, data, this.labels.data, 1);
  }

  #add(top: number, height: number, data: ArrayLike<number>, out: Image["data"] | Uint32Array, channels: number): void {
    const { factor } = this, { width } = this.image;
    for (let y = Math.ceil(top / factor) * factor; y < top + height; y += factor) {
      let to = y / factor * width * channels;
      for (let x = 0; x < width; x++) {
        const from = ((y - top) * this.#width + x * factor) * channels;
        for (let c = 0; c < channels; c++) out[to++] = data[from + c];
      }
    }
  }
}
