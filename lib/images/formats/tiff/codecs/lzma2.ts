import { probabilities, RangeDecoder } from "./range_decoder.ts";

/** Minimum and maximum length of a match, in bytes. */
const MIN_MATCH = 2, MAX_MATCH = 273;
const STATES = 12, POSITION_STATES = 16;
/**
 * First distance slot with extra bits; first slot whose upper extra bits have no model; number of low bits with a
 * model.
 */
const FIRST_EXTRA = 4, FIRST_DIRECT = 14, ALIGN_BITS = 4;

/** Models of a match's length: 8 short and 8 middle lengths for each position, and 256 long lengths. */
class LengthModel {
  readonly #choice = probabilities(2);
  readonly #low = probabilities(POSITION_STATES << 3);
  readonly #middle = probabilities(POSITION_STATES << 3);
  readonly #high = probabilities(256);

  decode(decoder: RangeDecoder, position: number): number {
    if (decoder.bit(this.#choice, 0) === 0) return MIN_MATCH + decoder.tree(this.#low, position << 3, 3);
    if (decoder.bit(this.#choice, 1) === 0) return MIN_MATCH + 8 + decoder.tree(this.#middle, position << 3, 3);
    return MIN_MATCH + 16 + decoder.tree(this.#high, 0, 8);
  }
}

/** The adaptive state, initialised as after a reset. */
class Models {
  readonly isMatch = probabilities(STATES * POSITION_STATES);
  readonly isRepeat = probabilities(STATES);
  /** Whether the match repeats an older distance than the last, the last but one, and the last but two. */
  readonly isOlder: readonly Uint16Array[] = [probabilities(STATES), probabilities(STATES), probabilities(STATES)];
  readonly isLong = probabilities(STATES * POSITION_STATES);
  readonly literals: Uint16Array;
  readonly lengths = new LengthModel();
  readonly repeatLengths = new LengthModel();
  readonly #slots = probabilities(4 << 6);
  readonly #distances = probabilities(128);
  readonly #align = probabilities(1 << ALIGN_BITS);
  state = 0;
  /** The last four distances, minus 1. */
  readonly repeats = new Int32Array(4);

  constructor(literalBits: number) {
    this.literals = probabilities(0x300 << literalBits);
  }

  /** Decodes a new distance, minus 1. */
  distance(decoder: RangeDecoder, length: number): number {
    const slot = decoder.tree(this.#slots, Math.min(length - MIN_MATCH, 3) << 6, 6);
    if (slot < FIRST_EXTRA) return slot;
    const bits = (slot >> 1) - 1, base = (2 | (slot & 1)) << bits;
    if (slot < FIRST_DIRECT) return base + decoder.reverseTree(this.#distances, base - slot, bits);
    const upper = decoder.direct(bits - ALIGN_BITS) << ALIGN_BITS;
    return base + upper + decoder.reverseTree(this.#align, 0, ALIGN_BITS);
  }
}

/**
 * Decodes LZMA2 data: chunks of stored bytes and of LZMA (I. Pavlov's LZMA specification; the .xz file format, filter
 * 0x21).
 *
 * @param at offset of the data
 * @param size maximum number of bytes to decode
 * @returns the output, fewer than `size` bytes if the data end early, and the offset of the data's end
 * @throws {Error} if the data are damaged
 */
export function decodeLzma2(bytes: Uint8Array, at: number, size: number): { data: Uint8Array; end: number } {
  const decoder = new ChunkDecoder(bytes, size);
  let next: number | undefined = at;
  while (next !== undefined && decoder.written < size && next < bytes.length) {
    const control: number = bytes[at = next];
    if (control === 0) {
      at++;
      break;
    }
    next = control < 0x80 ? decoder.copy(control, at) : decoder.decode(control, at);
  }
  return { data: decoder.out.subarray(0, Math.min(decoder.written, size)), end: next ?? at };
}

class ChunkDecoder {
  readonly out: Uint8Array;
  written = 0;
  readonly #decoder: RangeDecoder;
  #models?: Models;
  /** Start of the dictionary: that of the output, or of the last chunk that reset the dictionary. */
  #start = 0;
  /**
   * Bits of the previous byte and of the position that a literal depends on; bits of the position for other symbols.
   */
  #contextBits = 0;
  #literalBits = 0;
  #positionBits = 0;

  constructor(readonly bytes: Uint8Array, readonly size: number) {
    this.out = new Uint8Array(size + MAX_MATCH);
    this.#decoder = new RangeDecoder(bytes);
  }

  /** Copies a chunk of stored bytes. Returns the offset of the next chunk, or nothing if the data end. */
  copy(control: number, at: number): number | undefined {
    const { bytes } = this;
    if (control > 2) throw damaged(at);
    if (control === 1) this.#start = this.written;
    const first = at + 3, next = first + ((bytes[at + 1] << 8) | bytes[at + 2]) + 1;
    const stored = bytes.subarray(first, Math.min(next, first + this.size - this.written));
    this.out.set(stored, this.written);
    this.written += stored.length;
    return next > bytes.length ? undefined : next;
  }

  /** Decodes a chunk of LZMA. Returns the offset of the next chunk, or nothing if the data end. */
  decode(control: number, at: number): number | undefined {
    const { bytes } = this, reset = (control >> 5) & 3, first = at + (reset >= 2 ? 6 : 5);
    if (first > bytes.length) return;
    const unpacked = (((control & 31) << 16) | (bytes[at + 1] << 8) | bytes[at + 2]) + 1;
    const next = first + ((bytes[at + 3] << 8) | bytes[at + 4]) + 1;
    if (reset === 3) this.#start = this.written;
    if (reset >= 2 && !this.#setProperties(bytes[at + 5])) throw damaged(at);
    if (reset >= 1) this.#models = new Models(this.#contextBits + this.#literalBits);
    if (!this.#models || !this.#decoder.start(first)) throw damaged(at);
    const goal = this.written + unpacked;
    const valid = this.#decodeSymbols(this.#models, Math.min(goal, this.size), Math.min(next, bytes.length));
    if (next > bytes.length) return;
    if (!valid || (this.written < this.size && this.written !== goal)) throw damaged(at);
    return next;
  }

  #setProperties(byte: number): boolean {
    this.#contextBits = byte % 9;
    this.#literalBits = Math.floor(byte / 9) % 5;
    this.#positionBits = Math.floor(byte / 45);
    return byte < 225 && this.#contextBits + this.#literalBits <= 4;
  }

  /** Decodes symbols up to `goal`. Returns false if the data are damaged or end before. */
  #decodeSymbols(models: Models, goal: number, end: number): boolean {
    const decoder = this.#decoder, { out } = this, start = this.#start;
    const mask = (1 << this.#positionBits) - 1;
    const { isMatch, isRepeat, isOlder, isLong, repeats } = models;
    let { state } = models, { written } = this;
    while (written < goal) {
      const position = (written - start) & mask, stateAndPosition = (state << 4) + position;
      if (decoder.bit(isMatch, stateAndPosition) === 0) {
        const byte = this.#literal(models, state, written);
        if (decoder.at > end) return false;
        out[written] = byte;
        this.written = ++written;
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      let length = 0;
      if (decoder.bit(isRepeat, state) === 0) {
        length = models.lengths.decode(decoder, position);
        repeats.copyWithin(1, 0, 3);
        repeats[0] = models.distance(decoder, length);
        state = state < 7 ? 7 : 10;
      } else {
        let older = 0;
        while (older < 3 && decoder.bit(isOlder[older], state) === 1) older++;
        if (older === 0 && decoder.bit(isLong, stateAndPosition) === 0) {
          length = 1;
          state = state < 7 ? 9 : 11;
        } else {
          const distance = repeats[older];
          repeats.copyWithin(1, 0, older);
          repeats[0] = distance;
          length = models.repeatLengths.decode(decoder, position);
          state = state < 7 ? 8 : 11;
        }
      }
      const distance = repeats[0] + 1;
      if (decoder.at > end || distance <= 0 || distance > written - start) return false;
      for (const to = written + length; written < to; written++) out[written] = out[written - distance];
      this.written = written;
    }
    models.state = state;
    return true;
  }

  #literal(models: Models, state: number, written: number): number {
    const decoder = this.#decoder, { out } = this, { literals } = models;
    const before = written > this.#start ? out[written - 1] : 0;
    const position = (written - this.#start) & ((1 << this.#literalBits) - 1);
    const base = 0x300 * ((position << this.#contextBits) + (before >> (8 - this.#contextBits)));
    let symbol = 1;
    if (state >= 7) {
      // After a match, the byte that would continue the match is unlikely, and selects the model up to the first
      // different bit.
      let match = out[written - models.repeats[0] - 1], offset = 0x100;
      while (symbol < 0x100) {
        match <<= 1;
        const expected = match & offset;
        const bit = decoder.bit(literals, base + offset + expected + symbol);
        symbol = (symbol << 1) | bit;
        offset &= bit ? expected : ~expected;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | decoder.bit(literals, base + symbol);
    return symbol & 0xff;
  }
}

const damaged = (at: number) => new Error(`its LZMA data are damaged in the chunk at byte ${at}`);
