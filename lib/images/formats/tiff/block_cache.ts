import type { Samples } from "../format.ts";
import { type Block, storedSize } from "./blocks.ts";
import type { PlaneLayout } from "./layout.ts";

/** Least and most bytes of decoded blocks that stay in memory. */
const LEAST = 1 << 24, MOST = 1 << 28;
/** Larger blocks are not decoded part by part. */
const LARGEST_BLOCK = 1 << 30;

/** The decoded blocks of a plane that were used last: about one row of blocks, and at least one block. */
export class BlockCache {
  readonly #limit: number;
  readonly #blockBytes: number;
  readonly #tiled: boolean;
  /** Decoded blocks by their index, those used longest ago first. */
  readonly #blocks = new Map<number, Samples>();
  #bytes = 0;

  constructor(layout: PlaneLayout) {
    const { width, height, blockWidth, blockHeight, samples, separate, tiled } = layout;
    const rows = tiled ? blockHeight : Math.min(blockHeight, height);
    this.#tiled = tiled;
    this.#blockBytes = storedSize(layout, {
      index: 0,
      left: 0,
      top: 0,
      width: blockWidth,
      rows,
      sample: 0,
      samples: separate ? 1 : samples,
    });
    const row = this.#blockBytes * Math.ceil(width / blockWidth) * (separate ? samples : 1);
    this.#limit = Math.min(MOST, Math.max(LEAST, row));
  }

  /**
   * Returns a decoded block.
   *
   * @throws {Error} if blocks are too large to be decoded for a part of the picture.
   */
  async get({ index }: Block, decode: () => Promise<Samples>): Promise<Samples> {
    if (this.#blockBytes > LARGEST_BLOCK) {
      throw new Error(
        `each of its ${this.#tiled ? "tiles" : "strips"} takes ${
          (this.#blockBytes / 2 ** 30).toFixed(1)
        } GiB: save it with tiles of 512 × 512 pixels`,
      );
    }
    let block = this.#blocks.get(index);
    if (block) this.#blocks.delete(index);
    else {
      block = await decode();
      this.#bytes += block.byteLength;
    }
    this.#blocks.set(index, block);
    for (const [oldest, { byteLength }] of this.#blocks) {
      if (this.#bytes <= this.#limit || this.#blocks.size === 1) break;
      this.#blocks.delete(oldest);
      this.#bytes -= byteLength;
    }
    return block;
  }
}
