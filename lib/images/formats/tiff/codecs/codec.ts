/** A strip or tile to decode. */
export interface Block {
  /** Size when decoded, in bytes. */
  size: number;
  width: number;
  /** Rows. */
  height: number;
  /** Samples of each pixel in this block. */
  samples: number;
  bitsPerSample: number;
  /** FillOrder: 1 if a byte's highest bit comes first, 2 if its lowest bit does. */
  fillOrder: number;
  /** T4Options, for CCITT Group 3. */
  t4Options: number;
  /** T6Options, for CCITT Group 4. */
  t6Options: number;
}

/** A supported compression of TIFF. */
export interface Codec {
  name: string;
  /**
   * Whether it returns samples instead of the file's bytes: 8, 16, 32 or 64 bits, little-endian in any file. No
   * predictor applies to them.
   */
  givesSamples?: boolean;
  /**
   * Decodes a block, and at most its size.
   *
   * @returns `block.size` bytes, or fewer if the data end early
   * @throws {Error} if the data are damaged or of an unsupported kind; the message does not name the file
   */
  decode(bytes: Uint8Array, block: Block): Uint8Array | Promise<Uint8Array>;
}
