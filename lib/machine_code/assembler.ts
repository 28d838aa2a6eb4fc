import {
  InstructionEncoder,
  MAP_0F38,
  MAP_0F3A,
  type Memory,
  PREFIX_66,
  type Register,
  REGISTER_NUMBERS,
  type Vector,
  type VectorNumbers,
} from "./instruction_encoder.ts";

/** The comparison `a < b`, false where one is NaN. */
const LESS = 0x11;

/**
 * Writes machine code for x86-64 processors with AVX2 and FMA, or with AVX-512: the few instructions with which maps are
 * transformed. The code is a C function `int32_t f(uint64_t, uint64_t, int32_t, const uint64_t *arguments)` that returns 0.
 * A distance that does not fit in 32 bits is refused with a `MachineCodeError`.
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
  readonly #code: InstructionEncoder;

  /** @param numbers numbers of a vector: sixteen need AVX-512. Default: 8 */
  constructor(numbers: VectorNumbers = 8) {
    this.#code = new InstructionEncoder(numbers);
  }

  /** Numbers of a vector. */
  get numbers(): VectorNumbers {
    return this.#code.numbers;
  }

  /** Writes what `body` writes with vectors of eight numbers, in the first 16 registers. */
  withEights(body: () => void): void {
    const before = this.#code.numbers;
    this.#code.numbers = 8;
    try {
      body();
    } finally {
      this.#code.numbers = before;
    }
  }

  /** Loads the argument with this index. It overwrites no register but `to`; the arguments are found by `rcx`. */
  argument(to: Exclude<Register, "rcx">, index: number): void {
    this.#code.general(0x8b, REGISTER_NUMBERS[to], { base: "rcx", offset: 8 * index });
  }

  /** Copies an address. */
  copy(to: Register, from: Register): void {
    this.#code.general(0x89, REGISTER_NUMBERS[from], REGISTER_NUMBERS[to]);
  }

  /** Adds a number of bytes to an address. */
  advance(register: Register, bytes: number): void {
    if (bytes === 0) return;
    this.#code.general(0x81, 0, REGISTER_NUMBERS[register]);
    this.#code.int32(bytes);
  }

  /** Repeats what `body` writes; `counter` is overwritten. */
  repeat(counter: Register, times: number, body: () => void): void {
    if (times <= 0) return;
    if (times === 1) return body();
    this.#code.general(0xc7, 0, REGISTER_NUMBERS[counter]);
    this.#code.int32(times);
    const start = this.#code.length;
    body();
    this.#code.general(0xff, 1, REGISTER_NUMBERS[counter]);
    this.#code.bytes(0x0f, 0x85);
    this.#code.int32(start - (this.#code.length + 4));
  }

  load(to: Vector, from: Vector | Memory): void {
    this.#code.vector(0x10, to, 0, from);
  }

  /** Loads one number into all places of a vector. */
  broadcast(to: Vector, from: Memory): void {
    this.#code.vector(0x18, to, 0, from, { map: MAP_0F38, prefix: PREFIX_66, reads: 1 });
  }

  store(to: Memory, from: Vector): void {
    this.#code.vector(0x11, from, 0, to);
  }

  /** `to = a + b` */
  add(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0x58, to, a, b);
  }

  /** `to = a − b` */
  subtract(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0x5c, to, a, b);
  }

  /** `to = a · b` */
  multiply(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0x59, to, a, b);
  }

  /** `to = a / b` */
  divide(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0x5e, to, a, b);
  }

  squareRoot(to: Vector, from: Vector | Memory): void {
    this.#code.vector(0x51, to, 0, from);
  }

  /** `to = to · a + b`, rounded once. */
  multiplyAdd(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0xa8, to, a, b, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** `to = to + a · b`, rounded once. */
  addProduct(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0xb8, to, a, b, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** `to = to − a · b`, rounded once. */
  subtractProduct(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0xbc, to, a, b, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** The larger number of each pair; `b` where one is NaN. */
  maximum(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0x5f, to, a, b);
  }

  /** The smaller number of each pair; `b` where one is NaN. */
  minimum(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.vector(0x5d, to, a, b);
  }

  /** Sets all bits where `a < b`, and none elsewhere or where one is NaN. For vectors of eight. */
  less(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.ofEights(0xc2, to, a, b);
    this.#code.bytes(LESS);
  }

  /** Keeps the bits that are set in both. For vectors of eight. */
  and(to: Vector, a: Vector, b: Vector | Memory): void {
    this.#code.ofEights(0x54, to, a, b);
  }

  /** Takes, of vectors of eight, two numbers of each half of `a` and of `b` in turn: the first ones, or the last ones. */
  interleave(to: Vector, a: Vector, b: Vector, part: "first" | "last"): void {
    this.#code.ofEights(part === "first" ? 0x14 : 0x15, to, a, b);
  }

  /** Takes, of vectors of eight, two numbers of each half of `a`, then two of `b`: the first ones, or the last ones. */
  pairs(to: Vector, a: Vector, b: Vector, part: "first" | "last"): void {
    this.#code.ofEights(0xc6, to, a, b);
    this.#code.bytes(part === "first" ? 0x44 : 0xee);
  }

  /** Takes, of vectors of eight, half of `a`, then half of `b`: the first ones, or the last ones. */
  halves(to: Vector, a: Vector, b: Vector, part: "first" | "last"): void {
    this.#code.ofEights(0x06, to, a, b, { map: MAP_0F3A, prefix: PREFIX_66 });
    this.#code.bytes(part === "first" ? 0x20 : 0x31);
  }

  /** Loads eight numbers of 16 bits, bfloat16, as float32. For vectors of eight. */
  loadBfloat16(to: Vector, from: Memory): void {
    this.#code.ofEights(0x33, to, 0, from, { map: MAP_0F38, prefix: PREFIX_66 });
    this.#shift("left", to, to, 16);
  }

  /**
   * Stores eight numbers as bfloat16, rounded to the nearest, and to even in the middle. For vectors of eight. A NaN that a
   * processor makes stays NaN; one whose lower bits are set may become a number.
   *
   * @param parts two registers that are overwritten
   */
  storeBfloat16(to: Memory, from: Vector, [low, high]: readonly [Vector, Vector]): void {
    const code = this.#code, integers = { prefix: PREFIX_66 };
    // To the bits, 0x7fff is added, and one more where the last bit that stays is set; the upper half is the result.
    this.#shift("left", low, from, 15);
    this.#shift("right", low, low, 31);
    code.ofEights(0x76, high, high, high, integers);
    this.#shift("right", high, high, 17);
    code.ofEights(0xfe, low, low, high, integers);
    code.ofEights(0xfe, low, low, from, integers);
    this.#shift("right", low, low, 16);
    code.ofEights(0x39, low, 0, high, { map: MAP_0F3A, prefix: PREFIX_66 });
    code.bytes(1);
    code.ofEights(0x2b, low, low, high, { map: MAP_0F38, prefix: PREFIX_66, length: 0 });
    code.ofEights(0x11, low, 0, to, { length: 0 });
  }

  /** Shifts the bits of each number. */
  #shift(direction: "left" | "right", to: Vector, from: Vector, bits: number): void {
    this.#code.ofEights(0x72, direction === "left" ? 6 : 2, to, from, { prefix: PREFIX_66 });
    this.#code.bytes(bits);
  }

  /** Sets all numbers to 0. */
  clear(to: Vector): void {
    if (this.#code.numbers === 16) this.#code.vector(0xef, to, to, to, { prefix: PREFIX_66 });
    else this.#code.vector(0x57, to, to, to);
  }

  /** Sets all numbers to a value; `rax` is overwritten. */
  fill(to: Vector, value: number): void {
    const [bits] = new Int32Array(Float32Array.of(value).buffer);
    this.#code.general(0xc7, 0, REGISTER_NUMBERS.rax);
    this.#code.int32(bits);
    if (this.#code.numbers === 16) {
      return this.#code.vector(0x7c, to, 0, REGISTER_NUMBERS.rax, { map: MAP_0F38, prefix: PREFIX_66 });
    }
    this.#code.vector(0x6e, to, 0, REGISTER_NUMBERS.rax, { prefix: PREFIX_66, length: 0 });
    this.#code.vector(0x18, to, 0, to, { map: MAP_0F38, prefix: PREFIX_66 });
  }

  /** Returns the code, with its end. */
  finish(): Uint8Array<ArrayBuffer> {
    const zeroUpper = [0xc5, 0xf8, 0x77], returnZero = [0x31, 0xc0, 0xc3];
    this.#code.bytes(...zeroUpper, ...returnZero);
    return this.#code.finish();
  }
}
