import { MachineCodeError } from "./machine_code_error.ts";

/** A register for addresses and counters. A function may overwrite all of these. */
export type Register = "rax" | "rcx" | "rdx" | "rsi" | "rdi" | "r8" | "r9" | "r10" | "r11";

/** The numbers of registers in an instruction. */
export const REGISTER_NUMBERS: Readonly<Record<Register, number>> = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
};

/** Number of a vector register: 0 to 15 with vectors of eight numbers, 0 to 31 with those of sixteen. */
export type Vector = number;

/** Float32 numbers of a {@linkcode Vector}: eight with AVX2, sixteen with AVX-512. */
export type VectorNumbers = 8 | 16;

/** Numbers at an address: `offset` bytes after the one in a register. */
export interface Memory {
  base: Register;
  offset: number;
}

/** Opcode maps of the vector instructions. */
export const MAP_0F38 = 2, MAP_0F3A = 3;
/** The prefix of most vector instructions; the others have none. */
export const PREFIX_66 = 1;

const MAP_0F = 1, NO_PREFIX = 0;

/** Bytes of a number. An offset of AVX-512 that is a small multiple of what an instruction reads takes one byte. */
const NUMBER = 4;

/** Longest jump or distance, in bytes: a signed number of 32 bits. */
const LARGEST = 2 ** 31 - 1;

/** What an instruction on vectors has beside its opcode and its operands. */
export interface VectorOptions {
  map?: number;
  prefix?: number;
  /** Of AVX2: 1 for vectors of 256 bits, 0 for 128. */
  length?: number;
  /** How many numbers of memory it reads or writes. Default: a vector */
  reads?: number;
}

/** Encodes instructions: see Intel's Software Developer's Manual, volume 2. */
export class InstructionEncoder {
  #bytes = new Uint8Array(2 ** 12);
  #length = 0;
  numbers: VectorNumbers;

  /** @param numbers numbers of a vector */
  constructor(numbers: VectorNumbers) {
    this.numbers = numbers;
  }

  /** Bytes that are written. */
  get length(): number {
    return this.#length;
  }

  /** Returns what is written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Writes a byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  bytes(...values: readonly number[]): void {
    for (const value of values) this.byte(value);
  }

  /** Writes a signed number of 32 bits. */
  int32(value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) > LARGEST) {
      throw new MachineCodeError(`${value} is no number of 32 bits`);
    }
    for (let bit = 0; bit < 32; bit += 8) this.byte(value >> bit & 255);
  }

  /**
   * Writes which registers, or which memory, an instruction uses.
   *
   * @param unit an offset of one byte counts these
   */
  #operands(register: number, operand: number | Memory, unit = 1): void {
    const reg = (register & 7) << 3;
    if (typeof operand === "number") {
      this.byte(0xc0 | reg | operand & 7);
      return;
    }
    const base = REGISTER_NUMBERS[operand.base] & 7, { offset } = operand, units = offset / unit;
    if (offset === 0) this.byte(reg | base);
    else if (Number.isInteger(units) && units >= -128 && units < 128) {
      this.byte(0x40 | reg | base);
      this.byte(units & 255);
    } else {
      this.byte(0x80 | reg | base);
      this.int32(offset);
    }
  }

  /** Writes an instruction on vectors: its first operand, its second, and its third, which may be memory. */
  vector(opcode: number, to: number, first: number, second: Vector | Memory, {
    map = MAP_0F,
    prefix = NO_PREFIX,
    length = 1,
    reads = this.numbers,
  }: VectorOptions = {}): void {
    const last = typeof second === "number" ? second : REGISTER_NUMBERS[second.base];
    const registers = 2 * this.numbers;
    if (Math.max(to, first, last) >= registers) throw new RangeError(`There are ${registers} vectors`);
    if (this.numbers === 16) {
      // The bits of the registers' numbers are inverted; a vector has one more than a register for addresses.
      const low = (number: number, bit: number) => number & bit ? 0 : 1;
      this.byte(0x62);
      this.byte(low(to, 8) << 7 | low(last, 16) << 6 | low(last, 8) << 5 | low(to, 16) << 4 | map);
      this.byte((~first & 15) << 3 | 4 | prefix);
      this.byte(2 << 5 | low(first, 16) << 3);
      this.byte(opcode);
      this.#operands(to, second, NUMBER * reads);
      return;
    }
    this.byte(0xc4);
    this.byte((to < 8 ? 0x80 : 0) | 0x40 | (last < 8 ? 0x20 : 0) | map);
    this.byte((~first & 15) << 3 | length << 2 | prefix);
    this.byte(opcode);
    this.#operands(to, second);
  }

  /** Writes an instruction that the assembler has for vectors of eight only. */
  ofEights(opcode: number, to: Vector, a: Vector, b: Vector | Memory, options: VectorOptions = {}): void {
    if (this.numbers !== 8) throw new RangeError("This instruction is for vectors of eight");
    this.vector(opcode, to, a, b, options);
  }

  /** Writes an instruction on 64-bit registers. */
  general(opcode: number, register: number, operand: number | Memory): void {
    const rm = typeof operand === "number" ? operand : REGISTER_NUMBERS[operand.base];
    this.byte(0x48 | register >> 3 << 2 | rm >> 3);
    this.byte(opcode);
    this.#operands(register, operand);
  }
}
