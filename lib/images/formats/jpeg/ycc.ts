import type { Samples } from "./block_transform.ts";

const fixed = (factor: number) => Math.floor(factor * 65536 + 0.5);

/** Converts YCbCr to red, green and blue with libjpeg's rounding (ITU-T T.871, section 7, in 16-bit fixed point). */
export class YccConverter {
  readonly #size: number;
  readonly #redByCr: Int32Array;
  readonly #blueByCb: Int32Array;
  /** × 2¹⁶. */
  readonly #greenByCr: Int32Array;
  readonly #greenByCb: Int32Array;
  /** Clamped samples by level, starting at −size: a lookup is faster than comparisons. */
  readonly #clamped: Samples;

  /** @param bits 8 or 12 bits per sample */
  constructor(bits: number) {
    const size = 1 << bits, centre = size / 2;
    const table = (entry: (chroma: number) => number) => Int32Array.from({ length: size }, (_, i) => entry(i - centre));
    this.#size = size;
    this.#redByCr = table((cr) => (fixed(1.402) * cr + 32768) >> 16);
    this.#blueByCb = table((cb) => (fixed(1.772) * cb + 32768) >> 16);
    this.#greenByCr = table((cr) => -fixed(0.71414) * cr);
    this.#greenByCb = table((cb) => -fixed(0.34414) * cb + 32768);
    this.#clamped = bits === 8 ? new Uint8Array(3 * size) : new Uint16Array(3 * size);
    for (let i = 0; i < 3 * size; i++) this.#clamped[i] = Math.max(0, Math.min(size - 1, i - size));
  }

  /**
   * Converts a row.
   *
   * @param planes samples of the three components
   * @param starts index of the row's first sample in each plane
   * @param out receives the pixels, from `to` in steps of `step`
   */
  convertRow(planes: Samples[], starts: number[], width: number, out: Samples, to: number, step: number): void {
    const [luma, blue, red] = planes, [y, b, r] = starts;
    const size = this.#size, clamped = this.#clamped, redByCr = this.#redByCr, blueByCb = this.#blueByCb;
    const greenByCr = this.#greenByCr, greenByCb = this.#greenByCb;
    for (let i = 0; i < width; i++, to += step) {
      const level = luma[y + i] + size, cb = blue[b + i], cr = red[r + i];
      out[to] = clamped[level + redByCr[cr]];
      out[to + 1] = clamped[level + ((greenByCb[cb] + greenByCr[cr]) >> 16)];
      out[to + 2] = clamped[level + blueByCb[cb]];
    }
  }
}
