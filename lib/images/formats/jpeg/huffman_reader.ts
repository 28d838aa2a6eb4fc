import { type HuffmanTable, LOOKAHEAD } from "./huffman_code.ts";

/** Reads bits and Huffman codes from a scan's data. */
export class HuffmanReader {
  /** The lowest {@linkcode count} bits are the next ones. */
  bits = 0;
  count = 0;
  /** The next byte to take. */
  position = 0;
  end = 0;
  /** Whether a code was met that the table lacks, or a coefficient beyond the last one. */
  damaged = false;

  constructor(readonly bytes: Uint8Array) {}

  /** Starts anew at a byte. */
  start(position: number, end: number): void {
    this.bits = this.count = 0;
    this.position = position;
    this.end = end;
  }

  /** Whether more bits were taken than there are, or the data were damaged. */
  get failed(): boolean {
    return this.damaged || this.position * 8 - this.count > this.end * 8;
  }

  /** Holds 25 bits or more afterwards. */
  fill(): void {
    while (this.count <= 24) {
      this.bits = this.bits << 8 | this.bytes[this.position++];
      this.count += 8;
    }
  }

  /** The next `size` bits, 0 to 16, as a number. */
  take(size: number): number {
    if (this.count < size) this.fill();
    this.count -= size;
    return this.bits >>> this.count & ((1 << size) - 1);
  }

  /** The next code's symbol; 0 after damage. */
  symbol(table: HuffmanTable): number {
    if (this.count < 16) this.fill();
    const entry = table.lookup[this.bits >>> (this.count - LOOKAHEAD) & ((1 << LOOKAHEAD) - 1)];
    if (entry === 0) return this.longSymbol(table);
    this.count -= entry >> 8;
    return entry & 255;
  }

  /** The symbol of a code that is longer than the table looks up; 16 bits or more are held. */
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
