/** A strip or tile to decode. */
export interface Block {
  /** Decoded bytes that it needs. */
  size: number;
  width: number;
  /** Rows. */
  height: number;
  /** Samples of each pixel in this block. */
  samples: number;
  bitsPerSample: number;
  /** 1 if a byte's highest bit comes first, 2 if its lowest does (FillOrder). */
  fillOrder: number;
  /** T4Options, for CCITT Group 3. */
  t4Options: number;
  /** T6Options, for CCITT Group 4. */
  t6Options: number;
}

/** A compression of TIFF that is read. */
export interface Codec {
  name: string;
  /**
   * Whether it gives numbers in place of the file's bytes: samples of 8, 16, 32 or 64 bits, little-endian whatever the
   * file's byte order is. No predictor applies to them.
   */
  givesSamples?: boolean;
  /**
   * Decodes a block, and no more than that.
   *
   * @returns `block.size` bytes, or fewer where the data end early
   * @throws {Error} with a sentence that does not name the file, where the data are damaged or of a kind that is not read
   */
  decode(bytes: Uint8Array, block: Block): Uint8Array | Promise<Uint8Array>;
}
