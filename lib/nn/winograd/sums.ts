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

  /** Writes the sum of terms, which are {@linkcode inOrder}; 0 without any. */
  write(to: Vector, terms: readonly Term[]): void {
    const { assembler } = this, [first] = terms;
    if (!first || first.coefficient < 0) assembler.clear(to);
    else if (first.coefficient === 1) assembler.load(to, first.source);
    else assembler.multiply(to, this.constant(first.coefficient), first.source);
    for (const { coefficient, source } of first && first.coefficient > 0 ? terms.slice(1) : terms) {
      const size = Math.abs(coefficient);
      if (size === 1) {
        if (coefficient > 0) assembler.add(to, to, source);
        else assembler.subtract(to, to, source);
      } else if (coefficient > 0) assembler.addProduct(to, this.constant(size), source);
      else assembler.subtractProduct(to, this.constant(size), source);
    }
  }
}

/** Returns the factors of a matrix that need a register. */
export function factors(matrix: readonly (readonly number[])[]): number[] {
  return [...new Set(matrix.flat().map(Math.abs))].filter((value) => value !== 0 && value !== 1);
}

/** Sorts by coefficients, so that a sum needs the fewest instructions. */
export function inOrder<T>(items: readonly T[], coefficient: (item: T) => number): T[] {
  // A positive term without a factor is a good beginning, and another term without one a good second.
  const rank = (item: T) => Math.abs(coefficient(item)) === 1 ? coefficient(item) : 0;
  return items.toSorted((a, b) => rank(b) - rank(a));
}

/** The order of the terms of rows. Code is made for each size of a map, from the same few rows. */
const indexesOf = new WeakMap<readonly number[], number[]>();

/** Returns the terms of a row of a matrix whose sources exist, {@linkcode inOrder}. */
export function terms(row: readonly number[], source: (index: number) => Vector | Memory | undefined): Term[] {
  let indexes = indexesOf.get(row);
  if (!indexes) {
    indexes = inOrder([...row.keys()].filter((index) => row[index] !== 0), (index) => row[index]);
    indexesOf.set(row, indexes);
  }
  const found: Term[] = [];
  for (const index of indexes) {
    const from = source(index);
    if (from !== undefined) found.push({ coefficient: row[index], source: from });
  }
  return found;
}
