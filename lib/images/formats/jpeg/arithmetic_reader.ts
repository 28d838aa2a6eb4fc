import { AFTER_LPS, AFTER_MPS, LPS_PROBABILITY, MPS_BIT } from "./arithmetic_states.ts";

/** Reads arithmetically coded binary decisions (ITU-T T.81, D.2). */
export class ArithmeticReader {
  #position = 0;
  #end = 0;
  /** The interval's width, and the code's position in it × 2¹⁶. */
  #width = 0;
  #code = 0;
  #bitsLeft = 0;
  /** Whether the data contain a value that no encoder writes. */
  damaged = false;

  constructor(private readonly bytes: Uint8Array) {}

  /** Restarts at a byte. */
  start(position: number, end: number): void {
    this.#position = position;
    this.#end = end;
    this.#width = 0x10000;
    const high = this.#byte();
    this.#code = (high * 256 + this.#byte()) * 0x10000;
    this.#bitsLeft = 0;
  }

  /** Returns the next byte; 0 after the end of the data, where an encoder may omit zeros. */
  #byte(): number {
    return this.#position < this.#end ? this.bytes[this.#position++] : 0;
  }

  /** Decodes the next decision, 0 or 1, in the context at index `place`. */
  decide(contexts: Uint8Array, place: number): number {
    const context = contexts[place];
    const probability = LPS_PROBABILITY[context & 127];
    let width = this.#width - probability;
    let more: boolean;
    if (this.#code >>> 16 < width) {
      this.#width = width;
      if (width >= 0x8000) return context >> 7;
      more = width >= probability;
    } else {
      this.#code = (this.#code - width * 0x10000) >>> 0;
      more = width < probability;
      width = probability;
    }
    contexts[place] = more ? AFTER_MPS[context] : AFTER_LPS[context];
    do {
      if (this.#bitsLeft === 0) {
        this.#code = (this.#code | this.#byte() << 8) >>> 0;
        this.#bitsLeft = 8;
      }
      width *= 2;
      this.#code = (this.#code << 1) >>> 0;
      this.#bitsLeft--;
    } while (width < 0x8000);
    this.#width = width;
    return (more ? context : context ^ MPS_BIT) >> 7;
  }
}
