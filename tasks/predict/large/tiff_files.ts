import { deflateSync } from "node:zlib";
import type { PixelSize } from "lib/images";
import { TiffStream } from "lib/objects";
import type { StagedFile } from "./staged_file.ts";

/** What a TIFF of a large image shows. */
export interface LargeTiffOptions {
  width: number;
  height: number;
  samples: "uint8" | "uint16" | "uint32" | "float32";
}

/** A TIFF on disk that is written row by row. */
export class LargeTiff {
  readonly stream: TiffStream;
  readonly #file: StagedFile;

  constructor(file: StagedFile, layout: LargeTiffOptions) {
    this.#file = file;
    // Level 6 packs little better than 3, and takes twice as long.
    const pack = (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes, { level: 3 }));
    this.stream = new TiffStream(layout, file, { pack });
  }

  /** @param range values shown as black and as white */
  finish(
    { pages, channels = [""], pixelSize, range }: {
      pages: number;
      channels?: readonly string[];
      pixelSize?: PixelSize;
      range: readonly [number, number];
    },
  ): void {
    this.#file.writeStart(this.stream.finish({ pages, axis: "z", channels }, { pixelSize, range }));
  }
}
