import {
  ARGUMENT,
  CallList,
  NativeMemory,
  type NumberType,
  type OneDnn,
  type Primitive,
  Primitives,
} from "../../onednn/mod.ts";
import type { Matrix } from "../ops/resize_matrix.ts";

/**
 * Runs a primitive with one source in the calling thread.
 *
 * @param source the source's address
 * @returns the result, of `bytes` bytes
 */
export function resultOf(oneDnn: OneDnn, primitive: Primitive, source: bigint, bytes: number): NativeMemory {
  const result = new NativeMemory(bytes);
  try {
    using scratch = new NativeMemory(primitive.scratchBytes);
    const places = new Map([[ARGUMENT.source, source], [ARGUMENT.destination, result.address]]);
    using list = new CallList(oneDnn, [{ primitive, places }], { address: scratch.address, scratch: 0 });
    list.run();
    return result;
  } catch (error) {
    result[Symbol.dispose]();
    throw error;
  }
}

/** Copies numbers to native memory. */
export function nativeFloats(values: Float32Array): NativeMemory {
  const memory = new NativeMemory(values.byteLength);
  new Float32Array(memory.view(0, values.byteLength)).set(values);
  return memory;
}

/** Lists and matrices in native memory, by name. Dispose of it after use. */
export class NativeConstants {
  readonly #oneDnn: OneDnn;
  readonly #memories = new Map<string, NativeMemory>();

  constructor(oneDnn: OneDnn) {
    this.#oneDnn = oneDnn;
  }

  /** Returns the address of a list of float32 numbers. */
  floats(name: string, values: () => Float32Array): bigint {
    return this.#keep(name, () => nativeFloats(values()));
  }

  /** Returns the address of a matrix whose numbers have a type. */
  matrix(name: string, type: NumberType, matrix: () => Matrix): bigint {
    return this.#keep(`${name} ${type}`, () => {
      const { rows, columns, values } = matrix(), plain = nativeFloats(values), shape = [rows, columns];
      if (type === "float32") return plain;
      using _ = plain, primitives = new Primitives(this.#oneDnn);
      const primitive = primitives.copy({ shape, type: "float32" }, { shape, type });
      return resultOf(this.#oneDnn, primitive, plain.address, 2 * values.length);
    });
  }

  #keep(name: string, make: () => NativeMemory): bigint {
    const memory = this.#memories.get(name) ?? make();
    this.#memories.set(name, memory);
    return memory.address;
  }

  [Symbol.dispose](): void {
    for (const memory of this.#memories.values()) memory[Symbol.dispose]();
    this.#memories.clear();
  }
}
