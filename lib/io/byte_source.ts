/** Bytes that are read piece by piece: those of an array, or of a file that need not fit into memory. */
export interface ByteSource {
  /** Number of bytes. */
  readonly length: number;
  /** Returns the bytes from `begin` to before `end`, as far as there are any. They must not be changed. */
  subarray(begin: number, end: number): Uint8Array;
}
