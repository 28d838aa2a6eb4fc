import { MachineCodeError } from "./machine_code_error.ts";

/** A register for addresses and counters. A function may overwrite all of these. */
export type Register = "rax" | "rcx" | "rdx" | "rsi" | "rdi" | "r8" | "r9" | "r10" | "r11";

const REGISTER_NUMBERS: Readonly<Record<Register, number>> = {
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

/** Opcode maps and prefixes of the vector instructions. */
const MAP_0F = 1, MAP_0F38 = 2, MAP_0F3A = 3, NO_PREFIX = 0, PREFIX_66 = 1;

/** The comparison `a < b`, false where one is NaN. */
const LESS = 0x11;

/** Bytes of a number. An offset of AVX-512 that is a small multiple of what an instruction reads takes one byte. */
const NUMBER = 4;

/** Longest jump or distance, in bytes: a signed number of 32 bits. */
const LARGEST = 2 ** 31 - 1;

/**
 * Writes machine code for x86-64 processors with AVX2 and FMA, or with AVX-512: the few instructions with which maps are
 * transformed. The code is a C function `int32_t f(uint64_t, uint64_t, int32_t, const uint64_t *arguments)` that returns 0.
 * See Intel's Software Developer's Manual, volume 2, for the encoding. A distance that does not fit in 32 bits is refused
 * with a `MachineCodeError`.
 *
 * @example
 * ```ts
 * import { Assembler } from "lib/machine_code/mod.ts";
 *
 * const assembler = new Assembler();
 * assembler.argument("rsi", 0);
 * assembler.load(0, { base: "rsi", offset: 0 });
 * assembler.add(0, 0, 0);
 * assembler.store({ base: "rsi", offset: 0 }, 0);
 * const code: Uint8Array = assembler.finish(); // doubles the eight numbers at the address that is its first argument
 * ```
 */
export class Assembler {
  readonly #bytes: number[] = [];
  #numbers: VectorNumbers;

  /** @param numbers numbers of a vector: sixteen need AVX-512. Default: 8 */
  constructor(numbers: VectorNumbers = 8) {
    this.#numbers = numbers;
  }

  /** Numbers of a vector. */
  get numbers(): VectorNumbers {
    return this.#numbers;
  }

  /** Writes what `body` writes with vectors of eight numbers, in the first 16 registers. */
  withEights(body: () => void): void {
    const before = this.#numbers;
    this.#numbers = 8;
    try {
      body();
    } finally {
      this.#numbers = before;
    }
  }

  #int32(value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) > LARGEST) {
      throw new MachineCodeError(`${value} is no number of 32 bits`);
    }
    this.#bytes.push(value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24 & 255);
  }

  /**
   * Writes which registers, or which memory, an instruction uses.
   *
   * @param unit an offset of one byte counts these
   */
  #operands(register: number, operand: number | Memory, unit = 1): void {
    const reg = (register & 7) << 3;
    if (typeof operand === "number") {
      this.#bytes.push(0xc0 | reg | operand & 7);
      return;
    }
    const base = REGISTER_NUMBERS[operand.base] & 7, { offset } = operand, units = offset / unit;
    if (offset === 0) this.#bytes.push(reg | base);
    else if (Number.isInteger(units) && units >= -128 && units < 128) this.#bytes.push(0x40 | reg | base, units & 255);
    else {
      this.#bytes.push(0x80 | reg | base);
      this.#int32(offset);
    }
  }

  /**
   * Writes an instruction on vectors: its first operand, its second, and its third, which may be memory.
   *
   * @param reads how many numbers of memory it reads or writes. Default: a vector
   */
  #vector(opcode: number, to: number, first: number, second: Vector | Memory, {
    map = MAP_0F,
    prefix = NO_PREFIX,
    length = 1,
    reads = this.#numbers as number,
  } = {}): void {
    const last = typeof second === "number" ? second : REGISTER_NUMBERS[second.base];
    const registers = 2 * this.#numbers;
    if (Math.max(to, first, last) >= registers) throw new RangeError(`There are ${registers} vectors`);
    if (this.#numbers === 16) {
      // The bits of the registers' numbers are inverted; a vector has one more than a register for addresses.
      const low = (number: number, bit: number) => number & bit ? 0 : 1;
      this.#bytes.push(
        0x62,
        low(to, 8) << 7 | low(last, 16) << 6 | low(last, 8) << 5 | low(to, 16) << 4 | map,
        (~first & 15) << 3 | 4 | prefix,
        2 << 5 | low(first, 16) << 3,
        opcode,
      );
      this.#operands(to, second, NUMBER * reads);
      return;
    }
    this.#bytes.push(
      0xc4,
      (to < 8 ? 0x80 : 0) | 0x40 | (last < 8 ? 0x20 : 0) | map,
      (~first & 15) << 3 | length << 2 | prefix,
      opcode,
    );
    this.#operands(to, second);
  }

  /** Writes an instruction that this class has for vectors of eight only. */
  #ofEights(opcode: number, to: Vector, a: Vector, b: Vector | Memory, options = {}): void {
    if (this.#numbers !== 8) throw new RangeError("This instruction is for vectors of eight");
    this.#vector(opcode, to, a, b, options);
  }

  /** Writes an instruction on 64-bit registers. */
  #general(opcode: number, register: number, operand: number | Memory): void {
    const rm = typeof operand === "number" ? operand : REGISTER_NUMBERS[operand.base];
    this.#bytes.push(0x48 | register >> 3 << 2 | rm >> 3, opcode);
    this.#operands(register, operand);
  }

  /** Loads the argument with this index. It overwrites no register but `to`; the arguments are found by `rcx`. */
  argument(to: Exclude<Register, "rcx">, index: number): void {
    this.#general(0x8b, REGISTER_NUMBERS[to], { base: "rcx", offset: 8 * index });
  }

  /** Copies an address. */
  copy(to: Register, from: Register): void {
    this.#general(0x89, REGISTER_NUMBERS[from], REGISTER_NUMBERS[to]);
  }

  /** Adds a number of bytes to an address. */
  advance(register: Register, bytes: number): void {
    if (bytes === 0) return;
    this.#general(0x81, 0, REGISTER_NUMBERS[register]);
    this.#int32(bytes);
  }

  /** Repeats what `body` writes; `counter` is overwritten. */
  repeat(counter: Register, times: number, body: () => void): void {
    if (times <= 0) return;
    if (times === 1) return body();
    this.#general(0xc7, 0, REGISTER_NUMBERS[counter]);
    this.#int32(times);
    const start = this.#bytes.length;
    body();
    this.#general(0xff, 1, REGISTER_NUMBERS[counter]);
    this.#bytes.push(0x0f, 0x85);
    this.#int32(start - (this.#bytes.length + 4));
  }

  load(to: Vector, from: Vector | Memory): void {
    this.#vector(0x10, to, 0, from);
  }

  /** Loads one number into all places of a vector. */
  broadcast(to: Vector, from: Memory): void {
    this.#vector(0x18, to, 0, from, { map: MAP_0F38, prefix: PREFIX_66, reads: 1 });
  }

  store(to: Memory, from: Vector): void {
    this.#vector(0x11, from, 0, to);
  }

  /** `to = a + b` */
  add(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0x58, to, a, b);
  }

  /** `to = a − b` */
  subtract(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0x5c, to, a, b);
  }

  /** `to = a · b` */
  multiply(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0x59, to, a, b);
  }

  /** `to = a / b` */
  divide(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0x5e, to, a, b);
  }

  squareRoot(to: Vector, from: Vector | Memory): void {
    this.#vector(0x51, to, 0, from);
  }

  /** `to = to · a + b`, rounded once. */
  multiplyAdd(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0xa8, to, a, b, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** `to = to + a · b`, rounded once. */
  addProduct(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0xb8, to, a, b, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** `to = to − a · b`, rounded once. */
  subtractProduct(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0xbc, to, a, b, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** The larger number of each pair; `b` where one is NaN. */
  maximum(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0x5f, to, a, b);
  }

  /** The smaller number of each pair; `b` where one is NaN. */
  minimum(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#vector(0x5d, to, a, b);
  }

  /** Sets all bits where `a < b`, and none elsewhere or where one is NaN. For vectors of eight. */
  less(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#ofEights(0xc2, to, a, b);
    this.#bytes.push(LESS);
  }

  /** Keeps the bits that are set in both. For vectors of eight. */
  and(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#ofEights(0x54, to, a, b);
  }

  /** Takes, of vectors of eight, two numbers of each half of `a` and of `b` in turn: the first ones, or the last ones. */
  interleave(to: Vector, a: Vector, b: Vector, part: "first" | "last"): void {
    this.#ofEights(part === "first" ? 0x14 : 0x15, to, a, b);
  }

  /** Takes, of vectors of eight, two numbers of each half of `a`, then two of `b`: the first ones, or the last ones. */
  pairs(to: Vector, a: Vector, b: Vector, part: "first" | "last"): void {
    this.#ofEights(0xc6, to, a, b);
    this.#bytes.push(part === "first" ? 0x44 : 0xee);
  }

  /** Takes, of vectors of eight, half of `a`, then half of `b`: the first ones, or the last ones. */
  halves(to: Vector, a: Vector, b: Vector, part: "first" | "last"): void {
    this.#ofEights(0x06, to, a, b, { map: MAP_0F3A, prefix: PREFIX_66 });
    this.#bytes.push(part === "first" ? 0x20 : 0x31);
  }

  /** Sets all numbers to 0. */
  clear(to: Vector): void {
    if (this.#numbers === 16) this.#vector(0xef, to, to, to, { prefix: PREFIX_66 });
    else this.#vector(0x57, to, to, to);
  }

  /** Sets all numbers to a value; `rax` is overwritten. */
  fill(to: Vector, value: number): void {
    const [bits] = new Int32Array(Float32Array.of(value).buffer);
    this.#general(0xc7, 0, REGISTER_NUMBERS.rax);
    this.#int32(bits);
    if (this.#numbers === 16) {
      return this.#vector(0x7c, to, 0, REGISTER_NUMBERS.rax, { map: MAP_0F38, prefix: PREFIX_66 });
    }
    this.#vector(0x6e, to, 0, REGISTER_NUMBERS.rax, { prefix: PREFIX_66, length: 0 });
    this.#vector(0x18, to, 0, to, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** Returns the code, with its end. */
  finish(): Uint8Array<ArrayBuffer> {
    const zeroUpper = [0xc5, 0xf8, 0x77], returnZero = [0x31, 0xc0, 0xc3];
    return Uint8Array.from([...this.#bytes, ...zeroUpper, ...returnZero]);
  }
}
