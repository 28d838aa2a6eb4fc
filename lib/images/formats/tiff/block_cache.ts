import type { ByteSource } from "../../../io/byte_source.ts";
import type { Samples } from "../format.ts";
import type { PlaneLayout } from "./layout.ts";
import { rowBytes } from "./unpack.ts";

/** Bytes of decoded blocks of a file that stay in memory, unless its strips need more. */
const USUAL = 1 << 28;
/** Most bytes that stay in memory. */
const MOST = 1 << 30;
/** Rows of a picture in strips that stay in memory: more than a tile of a network has. */
const ROWS = 1024;

const caches = new WeakMap<ByteSource, BlockCache>();

/**
 * The decoded blocks of a file that were used last, of all its planes: 256 MiB, or 1024 rows of a picture in strips up to
 * 1 GiB, and at least one block.
 */
export class BlockCache {
  #limit = USUAL;
  /** Decoded blocks by their plane and index, those used longest ago first. */
  readonly #blocks = new Map<string, Samples>();
  #bytes = 0;

  /** Returns the cache of a file. */
  static for(file: ByteSource): BlockCache {
    let cache = caches.get(file);
    if (!cache) caches.set(file, cache = new BlockCache());
    return cache;
  }

  /** Number of bytes in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes room for the rows of a plane that are read together. */
  reserve({ width, samples, bits, tiled, blockHeight }: PlaneLayout): void {
    // A column of tiles is read without the others; a strip is not.
    if (tiled) return;
    const rows = ROWS + blockHeight;
    this.#limit = Math.max(this.#limit, Math.min(MOST, rows * rowBytes(width * samples, bits)));
  }

  /**
   * Returns a decoded block.
   *
   * @param key its plane and index
   */
  async get(key: string, decode: () => Promise<Samples>): Promise<Samples> {
    let block = this.#blocks.get(key);
    if (block) this.#blocks.delete(key);
    else {
      block = await decode();
      this.#bytes += block.byteLength;
    }
    this.#blocks.set(key, block);
    for (const [oldest, { byteLength }] of this.#blocks) {
      if (this.#bytes <= this.#limit || this.#blocks.size === 1) break;
      this.#blocks.delete(oldest);
      this.#bytes -= byteLength;
    }
    return block;
  }
}
