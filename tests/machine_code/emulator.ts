import assert from "node:assert/strict";

/** The registers for addresses, by their numbers. */
const RCX = 1, COUNT = 16;

/** Numbers of the widest vectors. */
const WIDEST = 16;

type Step = () => void;
type Operation = (a: number, b: number, to: number) => number;

const halfway = new Float64Array(1),
  words = new Uint32Array(halfway.buffer),
  longs = new BigUint64Array(halfway.buffer);

/** Returns `a · b + c` of float32 numbers, rounded once. */
export function fused(a: number, b: number, c: number): number {
  const product = a * b, sum = product + c;
  halfway[0] = sum;
  // Only between two float32 numbers, in the middle, does it matter what the float64 sum left out.
  if ((words[0] & 0x1fffffff) === 0x10000000) {
    const part = sum - product, rest = (product - (sum - part)) + (c - part);
    if (rest !== 0) longs[0] += rest > 0 === sum > 0 ? 1n : -1n;
  }
  return Math.fround(halfway[0]);
}

/** What instructions do to each number, by opcode map and opcode. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  "1 58": (a, b) => Math.fround(a + b),
  "1 5c": (a, b) => Math.fround(a - b),
  "1 59": (a, b) => Math.fround(a * b),
  "1 5f": (a, b) => a > b ? a : b,
  "1 5d": (a, b) => a < b ? a : b,
  "2 b8": (a, b, to) => fused(a, b, to),
  "2 bc": (a, b, to) => fused(-a, b, to),
};

/** How vectors of eight are exchanged: where each number comes from, in `a` or eight later in `b`. */
const EXCHANGES: Readonly<Record<string, readonly number[]>> = {
  "1 14": [0, 8, 1, 9, 4, 12, 5, 13],
  "1 15": [2, 10, 3, 11, 6, 14, 7, 15],
  "1 c6 44": [0, 1, 8, 9, 4, 5, 12, 13],
  "1 c6 ee": [2, 3, 10, 11, 6, 7, 14, 15],
  "3 06 20": [0, 1, 2, 3, 8, 9, 10, 11],
  "3 06 31": [4, 5, 6, 7, 12, 13, 14, 15],
};

/**
 * Runs the code of `Assembler` on any machine. It decodes the bytes, so that code for processors with AVX-512 is tested
 * where there is none. Addresses are bytes of its memory.
 */
export class Emulator {
  readonly #memory: Float32Array;
  readonly #addresses = new Float64Array(COUNT);
  readonly #vectors = new Float32Array(32 * WIDEST);
  #zero = false;
  #code: Uint8Array = new Uint8Array();
  #at = 0;
  #next = 0;

  constructor(memory: Float32Array) {
    this.#memory = memory;
  }

  /** Runs code with its arguments. */
  run(code: Uint8Array, places: readonly number[]): void {
    this.#code = code;
    const steps: Step[] = [], starts = new Map<number, number>();
    this.#at = 0;
    while (this.#at < code.length) {
      starts.set(this.#at, steps.length);
      steps.push(this.#decode(places, starts));
    }
    this.#addresses.fill(NaN);
    this.#vectors.fill(NaN);
    for (let i = 0; i < steps.length; i = this.#next) {
      this.#next = i + 1;
      steps[i]();
    }
  }

  #byte(): number {
    assert.ok(this.#at < this.#code.length, "the code ends in an instruction");
    return this.#code[this.#at++];
  }

  #int32(): number {
    return this.#byte() | this.#byte() << 8 | this.#byte() << 16 | this.#byte() << 24;
  }

  /** Decodes which registers, or which memory, an instruction uses. */
  #operands(unit = 1): { reg: number; rm: number; offset?: number } {
    const byte = this.#byte(), mode = byte >> 6, reg = byte >> 3 & 7, rm = byte & 7;
    if (mode === 3) return { reg, rm };
    assert.ok(rm !== 4 && !(mode === 0 && rm === 5), "such an address is not known");
    return { reg, rm, offset: mode === 0 ? 0 : mode === 1 ? unit * (this.#byte() << 24 >> 24) : this.#int32() };
  }

  #decode(places: readonly number[], starts: Map<number, number>): Step {
    const code = this.#code, first = this.#byte();
    if (first === 0x62 || first === 0xc4) return this.#vector(first === 0x62);
    if (first === 0xc5) {
      assert.deepEqual([this.#byte(), this.#byte()], [0xf8, 0x77]); // vzeroupper
      return () => {};
    }
    if (first === 0x31) {
      assert.deepEqual([this.#byte(), this.#byte()], [0xc0, 0xc3]); // xor eax, eax; ret
      return () => this.#next = Infinity;
    }
    if (first === 0x0f) {
      assert.equal(this.#byte(), 0x85); // jnz
      const distance = this.#int32(), target = starts.get(this.#at + distance)!;
      assert.notEqual(target, undefined, "a jump leads to an instruction");
      return () => {
        if (!this.#zero) this.#next = target;
      };
    }
    assert.equal(first & 0xf8, 0x48, `${code.subarray(this.#at - 1, this.#at + 5)} is not known`);
    const opcode = this.#byte(), { reg, rm, offset } = this.#operands();
    const to = rm | (first & 1) << 3, from = reg | (first & 4) << 1, addresses = this.#addresses;
    if (opcode === 0x8b) {
      assert.equal(to, RCX);
      return () => addresses[from] = places[offset! / 8];
    }
    if (opcode === 0x89) return () => addresses[to] = addresses[from];
    if (opcode === 0x81) {
      const bytes = this.#int32();
      return () => addresses[to] += bytes;
    }
    if (opcode === 0xc7) {
      const number = this.#int32();
      return () => addresses[to] = number;
    }
    assert.deepEqual([opcode, reg], [0xff, 1]); // dec
    return () => this.#zero = --addresses[to] === 0;
  }

  /** Decodes an instruction on vectors, with the prefix of AVX-512 or of AVX. */
  #vector(wide: boolean): Step {
    const first = this.#byte(), second = this.#byte(), third = wide ? this.#byte() : 0, opcode = this.#byte();
    const map = first & (wide ? 7 : 31), isOff = (byte: number, bit: number) => byte & bit ? 0 : 1;
    const name = `${map} ${opcode.toString(16).padStart(2, "0")}`, isBroadcast = name === "2 18";
    const length = wide ? 4 << (third >> 5 & 3) : second & 4 ? 8 : 4;
    if (wide) assert.equal(third & 0x97, 0, "no masks, no rounding");
    const { reg, rm, offset } = this.#operands(!wide ? 1 : isBroadcast ? 4 : 4 * length);
    const vectors = this.#vectors, memory = this.#memory, addresses = this.#addresses;
    const register = reg | isOff(first, 0x80) << 3 | (wide ? isOff(first, 0x10) << 4 : 0);
    const other = (~second >> 3 & 15) | (wide ? isOff(third, 0x08) << 4 : 0);
    const last = rm | isOff(first, 0x20) << 3, lastVector = last | (wide ? isOff(first, 0x40) << 4 : 0);
    const to = WIDEST * register, a = WIDEST * other, b = WIDEST * lastVector;
    /** Index of the first number in memory. */
    const place = (numbers: number) => {
      const index = (addresses[last] + offset!) / 4;
      assert.ok(Number.isInteger(index) && index >= 0 && index + numbers <= memory.length, `no memory at ${index}`);
      return index;
    };
    const clearRest = () => vectors.fill(0, to + length, to + WIDEST);
    if (name === "1 11") {
      return () => memory.set(vectors.subarray(to, to + length), place(length));
    }
    if (name === "1 10") {
      return () => {
        const at = offset === undefined ? b : place(length), from = offset === undefined ? vectors : memory;
        vectors.set(from.subarray(at, at + length), to);
        clearRest();
      };
    }
    if (isBroadcast) {
      return () => {
        vectors.fill(offset === undefined ? vectors[b] : memory[place(1)], to, to + length);
        clearRest();
      };
    }
    if (name === "1 6e" || name === "2 7c") { // the bits of rax
      const numbers = new Float32Array(1), bits = new Int32Array(numbers.buffer);
      return () => {
        bits[0] = addresses[last];
        vectors.fill(0, to, to + WIDEST).fill(numbers[0], to, to + (name === "2 7c" ? length : 1));
      };
    }
    if (name === "1 57" || name === "1 ef") {
      assert.ok(register === other && other === lastVector, "a register and itself");
      return () => vectors.fill(0, to, to + WIDEST);
    }
    const exchange = name in EXCHANGES
      ? name
      : name === "1 c6" || name === "3 06"
      ? `${name} ${hex(this.#byte())}`
      : "";
    if (exchange) {
      assert.ok(!wide && exchange in EXCHANGES && offset === undefined, exchange);
      return () => {
        const numbers = EXCHANGES[exchange].map((from) => vectors[from < 8 ? a + from : b + from - 8]);
        vectors.set(numbers, to);
        clearRest();
      };
    }
    const operation = OPERATIONS[name];
    assert.ok(operation, `${name} is not known`);
    return () => {
      const at = offset === undefined ? b : place(length), from = offset === undefined ? vectors : memory;
      for (let i = 0; i < length; i++) vectors[to + i] = operation(vectors[a + i], from[at + i], vectors[to + i]);
      clearRest();
    };
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
