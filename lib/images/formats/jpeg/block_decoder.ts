/** Reads a scan's data by restart intervals. */
export interface IntervalReader {
  /** Starts a restart interval, which lies from `start` to `end` in the scan's data. */
  restart(start: number, end: number): void;
  /** Whether the data held what no encoder writes, or ended too early. */
  readonly failed: boolean;
}

/** Decodes the blocks of one scan, in the order in which they come. */
export interface BlockDecoder extends IntervalReader {
  /**
   * Decodes one block.
   *
   * @param index the component's place in the scan
   * @param coefficients where the block is put, row by row, not multiplied by the quantisation table
   * @param at the block's place there
   */
  decode(index: number, coefficients: Int16Array, at: number): void;
}
