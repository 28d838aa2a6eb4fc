import { zlibSync } from "fflate";
import { TAG } from "../../../images/formats/tiff/tags.ts";
import { ObjectFileError } from "../object_file_error.ts";
import { directorySize, encodeDirectory, type TagValue } from "./tiff_directory.ts";

/** Samples of a TIFF by their type, and their bits and format (TIFF's SampleFormat). */
const SAMPLES = {
  uint8: { array: Uint8Array, bits: 8, format: 1 },
  uint16: { array: Uint16Array, bits: 16, format: 1 },
  uint32: { array: Uint32Array, bits: 32, format: 1 },
  float32: { array: Float32Array, bits: 32, format: 3 },
} as const;

/** The type of the samples. */
export type SampleType = keyof typeof SAMPLES;

/** Size and type of a TIFF's pages. */
export interface PageLayout {
  width: number;
  height: number;
  samples: SampleType;
}

/** Unpacked bytes of a strip: readers unpack whole strips. */
const STRIP_BYTES = 1 << 18;
const DEFLATE = 8;

/** Returns the number of rows of a strip. */
export function rowsPerStrip({ width, height, samples }: PageLayout): number {
  return Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / (width * SAMPLES[samples].bits / 8))));
}

/** Makes an array for a strip. */
export function makeStrip(layout: PageLayout): Uint8Array | Uint16Array | Uint32Array | Float32Array {
  return new SAMPLES[layout.samples].array(rowsPerStrip(layout) * layout.width);
}

/**
 * Returns the tags of a grey page in packed strips.
 *
 * @param offsets of the strips in the file
 * @param counts bytes of the strips
 */
export function pageTags(
  layout: PageLayout,
  { offsets, counts, big = false }: { offsets: readonly number[]; counts: readonly number[]; big?: boolean },
  additional: Iterable<readonly [number, TagValue]>,
): Map<number, TagValue> {
  const { width, height, samples } = layout, { bits, format } = SAMPLES[samples];
  const short = (value: number): TagValue => ({ type: "short", values: [value] });
  const long = (...values: number[]): TagValue => ({ type: "long", values });
  return new Map<number, TagValue>([
    [TAG.ImageWidth, long(width)],
    [TAG.ImageLength, long(height)],
    [TAG.BitsPerSample, short(bits)],
    [TAG.Compression, short(DEFLATE)],
    [TAG.PhotometricInterpretation, short(1)],
    [TAG.StripOffsets, { type: big ? "long8" : "long", values: offsets }],
    [TAG.SamplesPerPixel, short(1)],
    [TAG.RowsPerStrip, long(rowsPerStrip(layout))],
    [TAG.StripByteCounts, { type: "long", values: counts }],
    [TAG.SampleFormat, short(format)],
    ...additional,
  ]);
}

const LARGEST_FILE = 2 ** 32 - 1;

/**
 * Writes a TIFF of one or more grey pages (TIFF 6.0), little-endian, in strips with deflate and without a predictor. Label
 * images are a quarter larger with one, and ImageJ reads no floating-point predictor. Only packed strips stay in memory.
 */
export class TiffWriter {
  readonly #layout: PageLayout;
  /** Packed strips of each page. */
  readonly #pages: Uint8Array[][] = [];
  #strip: Uint8Array | Uint16Array | Uint32Array | Float32Array;
  #filled = 0;
  #rowsOnPage = 0;

  constructor(layout: PageLayout) {
    this.#layout = layout;
    this.#strip = makeStrip(layout);
  }

  /**
   * Appends rows. After `height` rows the next page begins.
   *
   * @param rows `[any number of rows, width]`
   */
  add(rows: ArrayLike<number>): void {
    const { width, height } = this.#layout;
    for (let from = 0; from < rows.length; from += width) {
      for (let x = 0; x < width; x++) this.#strip[this.#filled++] = rows[from + x];
      if (this.#rowsOnPage === 0) this.#pages.push([]);
      this.#rowsOnPage++;
      if (this.#rowsOnPage === height || this.#filled === this.#strip.length) this.#pack();
      if (this.#rowsOnPage === height) this.#rowsOnPage = 0;
    }
  }

  #pack(): void {
    const { buffer } = this.#strip, size = this.#filled * this.#strip.BYTES_PER_ELEMENT;
    this.#pages.at(-1)!.push(zlibSync(new Uint8Array(buffer as ArrayBuffer, 0, size)));
    this.#filled = 0;
  }

  /**
   * Returns the file in pieces.
   *
   * @param first additional tags of the first page
   * @param every additional tags of every page
   * @throws {ObjectFileError} if the file is larger than a TIFF can be, 4 GiB.
   */
  finish(first: ReadonlyMap<number, TagValue>, every: ReadonlyMap<number, TagValue>): Uint8Array[] {
    if (this.#rowsOnPage !== 0 || this.#pages.length === 0) {
      throw new Error(`A page has ${this.#rowsOnPage} of ${this.#layout.height} rows`);
    }
    const pieces: Uint8Array[] = [Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0)];
    let at = 8;
    this.#pages.forEach((strips, page) => {
      const counts = strips.map(({ length }) => length);
      const tags = pageTags(this.#layout, { offsets: counts, counts }, [...every, ...(page === 0 ? first : [])]);
      let offset = at + directorySize(tags);
      const offsets = strips.map(({ length }) => {
        const start = offset;
        offset += length + length % 2;
        return start;
      });
      if (offset > LARGEST_FILE) {
        throw new ObjectFileError(
          `The TIFF would be larger than 4 GiB after ${
            page + 1
          } of ${this.#pages.length} pages: write fewer pages to each file`,
        );
      }
      tags.set(TAG.StripOffsets, { type: "long", values: offsets });
      pieces.push(encodeDirectory(tags, at, page + 1 < this.#pages.length ? offset : 0));
      for (const strip of strips) pieces.push(strip, ...(strip.length % 2 ? [new Uint8Array(1)] : []));
      at = offset;
    });
    return pieces;
  }
}
