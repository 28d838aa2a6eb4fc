import type { Assembler, Memory, Vector } from "../../machine_code/mod.ts";

/** The first register of the constants. */
const CONSTANTS: Vector = 8;

/** A number times a vector. */
export interface Term {
  coefficient: number;
  source: Vector | Memory;
}

/** Writes sums of products with constants, which have registers of their own. */
export class Sums {
  readonly #registers = new Map<number, Vector>();

  constructor(readonly assembler: Assembler) {}

  /** Loads constants into registers, if they are not there yet. */
  keep(...values: number[]): void {
    for (const value of values) {
      if (this.#registers.has(value)) continue;
      const register = CONSTANTS + this.#registers.size;
      if (value === 0) this.assembler.clear(register);
      else this.assembler.fill(register, value);
      this.#registers.set(value, register);
    }
  }

  constant(value: number): Vector {
    return this.#registers.get(value)!;
  }

  /** Writes the sum of terms; 0 without any. */
  write(to: Vector, terms: readonly Term[]): void {
    const { assembler } = this;
    // A positive term without a factor is a good beginning, and another term without one a good second.
    const order = ({ coefficient }: Term) => [1, -1].includes(coefficient) ? coefficient : 0;
    const sorted = [...terms].sort((a, b) => order(b) - order(a)), [first, ...others] = sorted;
    if (!first) return assembler.clear(to);
    if (first.coefficient === 1) assembler.load(to, first.source);
    else if (first.coefficient > 0) assembler.multiply(to, this.constant(first.coefficient), first.source);
    else {
      assembler.clear(to);
      others.unshift(first);
    }
    for (const { coefficient, source } of others) {
      const size = Math.abs(coefficient);
      if (size === 1) assembler[coefficient > 0 ? "add" : "subtract"](to, to, source);
      else assembler[coefficient > 0 ? "addProduct" : "subtractProduct"](to, this.constant(size), source);
    }
  }
}

/** Returns the factors of a matrix that need a register. */
export function factors(matrix: readonly (readonly number[])[]): number[] {
  return [...new Set(matrix.flat().map(Math.abs))].filter((value) => value !== 0 && value !== 1);
}

/** Returns the terms of a row of a matrix whose sources exist. */
export function terms(row: readonly number[], source: (index: number) => Vector | Memory | undefined): Term[] {
  return row.flatMap((coefficient, index) => {
    const from = coefficient === 0 ? undefined : source(index);
    return from === undefined ? [] : [{ coefficient, source: from }];
  });
}
