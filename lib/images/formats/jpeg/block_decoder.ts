/** Reads a scan's data by restart intervals. */
export interface IntervalReader {
  /** Starts a restart interval, from `start` to `end` in the scan's data. */
  restart(start: number, end: number): void;
  /** Whether the data contained codes that no encoder writes, or ended early. */
  readonly failed: boolean;
}

/** Decodes the blocks of one scan, in their order. */
export interface BlockDecoder extends IntervalReader {
  /**
   * Decodes one block.
   *
   * @param index the component's index in the scan
   * @param coefficients receives the block, row by row, before multiplication by the quantisation table
   * @param at the block's offset there
   */
  decode(index: number, coefficients: Int16Array, at: number): void;
}
