import { deflateSync } from "node:zlib";
import type { PixelSize, StackAxes } from "lib/images";
import { TiffStream } from "lib/objects";
import { type StackLayout, writtenPage } from "lib/objects/formats/tiff/stack_layout.ts";
import type { StagedFile } from "./staged_file.ts";

/** What a TIFF of a large image shows. */
export interface LargeTiffOptions {
  width: number;
  height: number;
  samples: "uint8" | "uint16" | "uint32" | "float32";
  pages: number;
  /** What the pages of a stack are. Default: planes along z. */
  axes?: StackAxes;
}

/** A TIFF on disk that is written row by row. */
export class LargeTiff {
  readonly #stream: TiffStream;
  readonly #file: StagedFile;
  readonly #stack: Pick<StackLayout, "pages" | "axis">;

  constructor(file: StagedFile, { pages, axes, ...layout }: LargeTiffOptions) {
    this.#file = file;
    this.#stack = { pages, axis: axes ?? "z" };
    // Level 6 packs little better than 3, and takes twice as long.
    const pack = (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes, { level: 3 }));
    this.#stream = new TiffStream(layout, file, { pack });
  }

  /**
   * Appends rows to a page.
   *
   * @param rows `[any number of rows, width, channels]`
   * @param page counted from 0
   * @param channels number of channels, each of which is a plane
   */
  add(rows: ArrayLike<number>, page: number, channels = 1): void {
    const first = writtenPage(this.#stack, page, "imagej") * channels;
    for (let c = 0; c < channels; c++) this.#stream.add(rows, first + c, [c, channels]);
  }

  /** @param range values shown as black and as white */
  finish(
    { channels = [""], pixelSize, range }: {
      channels?: readonly string[];
      pixelSize?: PixelSize;
      range: readonly [number, number];
    },
  ): void {
    this.#file.writeStart(this.#stream.finish({ ...this.#stack, channels }, { pixelSize, range }));
  }
}
