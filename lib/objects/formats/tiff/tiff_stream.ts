import { zlibSync } from "fflate";
import { describeStack, type TiffOptions } from "./encode_stack.ts";
import type { DisplayRange } from "./describe_imagej.ts";
import type { StackLayout } from "./stack_layout.ts";
import { directorySize, encodeDirectory, type TagValue } from "./tiff_directory.ts";
import { makeStrip, type PageLayout, pageTags } from "./tiff_writer.ts";

/** Where a {@linkcode TiffStream} writes. */
export interface ByteSink {
  /** Appends bytes. They may change after the call. */
  write(bytes: Uint8Array): void;
}

/** Options of {@linkcode TiffStream}. */
export interface TiffStreamOptions {
  /** Packs a strip as zlib data (RFC 1950). Default: fflate. */
  pack?(bytes: Uint8Array): Uint8Array;
  /** Largest size in bytes of a TIFF that is no BigTIFF. Default: 4 GiB. */
  largest?: number;
}

/** Bytes before the first strip: the header of a BigTIFF, or that of a TIFF and 8 bytes that nothing uses. */
const HEADER = 16;

/** A plane that is written: its packed strips, and the one that is filled, unless the plane is complete. */
interface Plane {
  offsets: number[];
  counts: number[];
  strip?: ReturnType<typeof makeStrip>;
  filled: number;
  rows: number;
}

/**
 * Writes a TIFF of one or more grey planes, which need not fit into memory: strips are written as soon as they are full.
 * The file becomes a BigTIFF if it is larger than 4 GiB. It is a stack like those of `encodeLabelTiff`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "lib/images";
 * import { TiffStream } from "lib/objects";
 *
 * const file: number[] = [], stream = new TiffStream({ width: 2, height: 1, samples: "uint8" }, {
 *   write: (bytes) => void file.push(...bytes),
 * });
 * stream.add(Uint8Array.of(7, 9));
 * const header = stream.finish({ pages: 1, axis: "z", channels: [""] }, { range: [0, 255] });
 * const tiff = Uint8Array.from([...header, ...file.slice(header.length)]);
 * assert.deepEqual((await decodeImage(tiff, "a.tif")).data, Uint8Array.of(7, 9));
 * ```
 */
export class TiffStream {
  readonly #layout: PageLayout;
  readonly #sink: ByteSink;
  readonly #pack: (bytes: Uint8Array) => Uint8Array;
  readonly #largest: number;
  readonly #planes: Plane[] = [];
  #at = 0;

  /**
   * @param layout size and type of all planes
   * @param sink receives the file from its beginning; the header is written by the caller at the end
   */
  constructor(layout: PageLayout, sink: ByteSink, options: TiffStreamOptions = {}) {
    this.#layout = layout;
    this.#sink = sink;
    this.#pack = options.pack ?? zlibSync;
    this.#largest = options.largest ?? 2 ** 32 - 1;
    this.#write(new Uint8Array(HEADER));
  }

  /**
   * Appends rows to a plane. Planes may be filled side by side.
   *
   * @param rows `[any number of rows, width, channels]`
   * @param plane counted from 0. Default 0
   * @param channel channel of the rows that the plane holds, and number of channels. Default: the only one
   */
  add(rows: ArrayLike<number>, plane = 0, [channel, channels]: readonly [number, number] = [0, 1]): void {
    const { width, height } = this.#layout, row = width * channels;
    while (this.#planes.length <= plane) {
      this.#planes.push({ offsets: [], counts: [], filled: 0, rows: 0 });
    }
    const target = this.#planes[plane];
    const strip = target.strip ??= makeStrip(this.#layout);
    for (let from = 0; from < rows.length; from += row) {
      for (let x = 0, at = from + channel; x < width; x++, at += channels) strip[target.filled++] = rows[at];
      if (++target.rows === height || target.filled === strip.length) this.#packStrip(target, strip);
    }
    // A stack has many planes.
    if (target.rows === height) target.strip = undefined;
  }

  #packStrip(plane: Plane, strip: NonNullable<Plane["strip"]>): void {
    const { filled } = plane;
    const packed = this.#pack(new Uint8Array(strip.buffer as ArrayBuffer, 0, filled * strip.BYTES_PER_ELEMENT));
    plane.offsets.push(this.#at);
    plane.counts.push(packed.length);
    this.#write(packed);
    if (packed.length % 2) this.#write(new Uint8Array(1));
    plane.filled = 0;
  }

  #write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
    this.#at += bytes.length;
  }

  /**
   * Writes the directories.
   *
   * @param stack what the planes are
   * @param options description, as of `encodeLabelTiff`, and the values shown as black and as white
   * @returns the header, to be written over the first bytes of the file
   * @throws {RangeError} if a plane has too few rows.
   */
  finish(stack: StackLayout, options: Omit<TiffOptions, "axis"> & { range: DisplayRange }): Uint8Array {
    const { height } = this.#layout, short = this.#planes.findIndex(({ rows }) => rows !== height);
    if (short >= 0 || this.#planes.length !== stack.pages * stack.channels.length) {
      throw new RangeError(`The TIFF has ${this.#planes.length} planes, or plane ${short + 1} is not complete`);
    }
    const { first, every } = describeStack(this.#layout, stack, options);
    const list = (big: boolean) =>
      this.#planes.map((plane, k) => pageTags(this.#layout, { ...plane, big }, [...every, ...(k === 0 ? first : [])]));
    const size = (tags: readonly ReadonlyMap<number, TagValue>[], big: boolean) =>
      tags.reduce((sum, each) => sum + directorySize(each, big), this.#at);
    const big = size(list(false), false) > this.#largest, tags = list(big), start = this.#at;
    tags.forEach((each, k) => {
      const next = this.#at + directorySize(each, big);
      this.#write(encodeDirectory(each, this.#at, k + 1 < tags.length ? next : 0, big));
    });
    return header(start, big);
  }
}

function header(first: number, big: boolean): Uint8Array {
  const bytes = new Uint8Array(big ? 16 : 8), view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, big ? 43 : 42, 0]);
  if (big) {
    view.setUint16(4, 8, true);
    view.setBigUint64(8, BigInt(first), true);
  } else view.setUint32(4, first, true);
  return bytes;
}
