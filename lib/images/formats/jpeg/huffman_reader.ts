import { type HuffmanTable, LOOKAHEAD } from "./huffman_code.ts";

/** Reads bits and Huffman codes from a scan's data. */
export class HuffmanReader {
  /** Buffer, in which the lowest {@linkcode count} bits are the next ones. */
  bits = 0;
  count = 0;
  /** Index of the next byte. */
  position = 0;
  end = 0;
  /** Whether the data contain an undefined code, or a coefficient beyond the last one. */
  damaged = false;

  constructor(readonly bytes: Uint8Array) {}

  /** Restarts at a byte. */
  start(position: number, end: number): void {
    this.bits = this.count = 0;
    this.position = position;
    this.end = end;
  }

  /** Whether more bits were read than exist, or the data are damaged. */
  get failed(): boolean {
    return this.damaged || this.position * 8 - this.count > this.end * 8;
  }

  /** Fills the buffer to at least 25 bits. */
  fill(): void {
    while (this.count <= 24) {
      this.bits = this.bits << 8 | this.bytes[this.position++];
      this.count += 8;
    }
  }

  /** Reads the next `size` bits, 0 to 16, as a number. */
  take(size: number): number {
    if (this.count < size) this.fill();
    this.count -= size;
    return this.bits >>> this.count & ((1 << size) - 1);
  }

  /** Reads the next code's symbol; 0 after damage. */
  symbol(table: HuffmanTable): number {
    if (this.count < 16) this.fill();
    const entry = table.lookup[this.bits >>> (this.count - LOOKAHEAD) & ((1 << LOOKAHEAD) - 1)];
    if (entry === 0) return this.longSymbol(table);
    this.count -= entry >> 8;
    return entry & 255;
  }

  /** Reads the symbol of a code that is longer than the lookup; the buffer must contain at least 16 bits. */
  longSymbol({ largest, offset, symbols }: HuffmanTable): number {
    for (let length = LOOKAHEAD + 1; length <= 16; length++) {
      const code = this.bits >>> (this.count - length) & ((1 << length) - 1);
      if (code > largest[length]) continue;
      this.count -= length;
      return symbols[code + offset[length]];
    }
    this.damaged = true;
    return 0;
  }
}
