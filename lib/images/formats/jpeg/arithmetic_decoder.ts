import { ArithmeticReader } from "./arithmetic_reader.ts";
import { EQUIPROBABLE } from "./arithmetic_states.ts";
import type { BlockDecoder } from "./block_decoder.ts";
import type { Scan } from "./scan.ts";
import type { Tables } from "./tables.ts";
import { ZIGZAG } from "./zigzag.ts";

/** Indices of contexts: tables F.4 and F.5 of ITU-T T.81. */
const DC_MAGNITUDE = 20, AC_LOW_MAGNITUDE = 189, AC_HIGH_MAGNITUDE = 217, BITS_BEHIND = 14;
const LARGEST = 0x8000;

/**
 * Decodes the blocks of an arithmetically coded scan, sequential (ITU-T T.81, F.2.4) or progressive (G.2.3 and G.2.4).
 */
export class ArithmeticDecoder implements BlockDecoder {
  readonly #reader: ArithmeticReader;
  readonly #predictions: Int32Array;
  /** By the component's index in the scan: the context that follows from the last difference. */
  readonly #dcContexts: Uint8Array;
  readonly #dcStates = Array.from({ length: 16 }, () => new Uint8Array(64));
  readonly #acStates = Array.from({ length: 16 }, () => new Uint8Array(256));
  readonly #even = Uint8Array.of(EQUIPROBABLE);

  constructor(
    bytes: Uint8Array,
    private readonly scan: Scan,
    private readonly tables: Tables,
    private readonly progressive: boolean,
  ) {
    this.#reader = new ArithmeticReader(bytes);
    this.#predictions = new Int32Array(scan.components.length);
    this.#dcContexts = new Uint8Array(scan.components.length);
  }

  get failed(): boolean {
    return this.#reader.damaged;
  }

  restart(start: number, end: number): void {
    this.#reader.start(start, end);
    this.#predictions.fill(0);
    this.#dcContexts.fill(0);
    for (const states of [...this.#dcStates, ...this.#acStates]) states.fill(0);
  }

  decode(index: number, coefficients: Int16Array, at: number): void {
    const { first, last, high, low } = this.scan;
    if (!this.progressive) {
      this.#startDc(index, coefficients, at, 0);
      this.#startAc(index, coefficients, at, 1, 63, 0);
    } else if (first === 0) {
      if (high === 0) this.#startDc(index, coefficients, at, low);
      else coefficients[at] |= this.#reader.decide(this.#even, 0) << low;
    } else if (high === 0) this.#startAc(index, coefficients, at, first, last, low);
    else this.#refineAc(index, coefficients, at);
  }

  #startDc(index: number, coefficients: Int16Array, at: number, low: number): void {
    const reader = this.#reader, table = this.scan.components[index].dcTable;
    const states = this.#dcStates[table];
    const context = this.#dcContexts[index];
    this.#dcContexts[index] = 0;
    if (reader.decide(states, context)) {
      const negative = reader.decide(states, context + 1);
      let place = context + 2 + negative;
      let magnitude = reader.decide(states, place);
      if (magnitude) [magnitude, place] = this.#readMagnitude(states, DC_MAGNITUDE, magnitude);
      // The next difference's context depends on whether this one is small or large.
      const { dcLower, dcUpper } = this.tables;
      if (magnitude > 1 << dcUpper[table] >> 1) this.#dcContexts[index] = 12 + 4 * negative;
      else if (magnitude >= 1 << dcLower[table] >> 1) this.#dcContexts[index] = 4 + 4 * negative;
      this.#predictions[index] += this.#readValue(states, place, magnitude, negative);
    }
    coefficients[at] = this.#predictions[index] << low;
  }

  #startAc(index: number, coefficients: Int16Array, at: number, first: number, last: number, low: number): void {
    const reader = this.#reader, table = this.scan.components[index].acTable;
    const states = this.#acStates[table];
    for (let k = first; k <= last; k++) {
      let place = 3 * (k - 1);
      if (reader.decide(states, place)) return;
      while (!reader.decide(states, place + 1)) {
        place += 3;
        k++;
        if (k > last) {
          reader.damaged = true;
          return;
        }
      }
      const negative = reader.decide(this.#even, 0);
      place += 2;
      let magnitude = reader.decide(states, place);
      if (magnitude && reader.decide(states, place)) {
        const start = k <= this.tables.acThreshold[table] ? AC_LOW_MAGNITUDE : AC_HIGH_MAGNITUDE;
        [magnitude, place] = this.#readMagnitude(states, start, 2);
      }
      coefficients[at + ZIGZAG[k]] = this.#readValue(states, place, magnitude, negative) << low;
    }
  }

  /** Reads the highest power of 2 in a magnitude less 1, and returns it with the context of the last decision. */
  #readMagnitude(states: Uint8Array, place: number, magnitude: number): [magnitude: number, place: number] {
    while (this.#reader.decide(states, place)) {
      magnitude *= 2;
      if (magnitude >= LARGEST) {
        this.#reader.damaged = true;
        break;
      }
      place++;
    }
    return [magnitude, place];
  }

  #readValue(states: Uint8Array, place: number, magnitude: number, negative: number): number {
    let value = magnitude;
    for (let bit = magnitude >> 1; bit; bit >>= 1) {
      if (this.#reader.decide(states, place + BITS_BEHIND)) value |= bit;
    }
    return negative ? -value - 1 : value + 1;
  }

  #refineAc(index: number, coefficients: Int16Array, at: number): void {
    const reader = this.#reader, states = this.#acStates[this.scan.components[index].acTable];
    const { first, last, low } = this.scan;
    const one = 1 << low;
    let reached = last;
    while (reached > 0 && coefficients[at + ZIGZAG[reached]] === 0) reached--;
    for (let k = first; k <= last; k++) {
      // The end of a block is never coded before the last non-zero coefficient.
      if (k > reached && reader.decide(states, 3 * (k - 1))) return;
      for (;; k++) {
        if (k > last) {
          reader.damaged = true;
          return;
        }
        const place = at + ZIGZAG[k], context = 3 * (k - 1), value = coefficients[place];
        if (value !== 0) {
          if (reader.decide(states, context + 2)) coefficients[place] = value < 0 ? value - one : value + one;
          break;
        }
        if (reader.decide(states, context + 1)) {
          coefficients[place] = reader.decide(this.#even, 0) ? -one : one;
          break;
        }
      }
    }
  }
}
