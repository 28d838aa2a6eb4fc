import {
  ARGUMENT,
  type Call,
  CallList,
  type Layout,
  NativeMemory,
  type NumberType,
  type OneDnn,
  type Primitive,
  Primitives,
} from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { Range } from "./engine_layers.ts";
import type { Matrix } from "./resize_matrix.ts";

/** A kernel in a layout that oneDNN has chosen. */
interface StoredKernel {
  descriptor: bigint;
  memory: NativeMemory;
}

/** A part of a recorded kernel `[height, width, in, out]`. */
export interface KernelPart {
  id: number;
  constant: RecordedConstant;
  depthwise: boolean;
  /** Its taps. */
  rows: Range;
  columns: Range;
  /** Channels of the input; a depthwise kernel has one. */
  inputs: Range;
}

/** Returns a kernel's layout in TensorFlow, with the order of dimensions that oneDNN expects: `[out, in, height, width]`. */
export function kernelLayout({ constant: { shape }, depthwise, rows, columns, inputs }: KernelPart): Layout {
  const [, width, input, output] = shape, type = "float32", row = width * input * output;
  const sides = [rows.end - rows.first, columns.end - columns.first];
  if (depthwise) return { shape: [output, 1, 1, ...sides], type, strides: [1, 1, 1, row, output] };
  return { shape: [output, inputs.end - inputs.first, ...sides], type, strides: [1, output, row, input * output] };
}

/** Bytes before the first number of a part of a kernel. */
function kernelStart({ constant: { shape: [, width, input, output] }, rows, columns, inputs }: KernelPart): number {
  return 4 * ((rows.first * width + columns.first) * input + inputs.first) * output;
}

/** The constants of a network in native memory. Kernels that several sizes of images need in one layout exist once. */
export class EngineConstants {
  readonly #oneDnn: OneDnn;
  readonly #primitives: Primitives;
  readonly #kernels = new Map<string, StoredKernel[]>();
  readonly #lists = new Map<string, NativeMemory>();

  constructor(oneDnn: OneDnn) {
    this.#oneDnn = oneDnn;
    this.#primitives = new Primitives(oneDnn);
  }

  /** Runs a primitive in the calling thread. */
  #run(primitive: Primitive, places: Call["places"]): void {
    using memory = new NativeMemory(primitive.scratchBytes);
    using list = new CallList(this.#oneDnn, [{ primitive, places }], { address: memory.address, scratch: 0 });
    list.run();
  }

  /** Returns the address of a kernel in a layout that oneDNN has chosen. */
  kernel(part: KernelPart, descriptor: bigint): bigint {
    const { symbols } = this.#oneDnn, { id, constant, rows, columns, inputs } = part;
    const name = [id, ...[rows, columns, inputs].flatMap(({ first, end }) => [first, end])].join();
    const stored = this.#kernels.get(name) ?? [];
    const equal = stored.find((each) => symbols.dnnl_memory_desc_equal(each.descriptor, descriptor) !== 0);
    if (equal) return equal.memory.address;
    const memory = new NativeMemory(this.#primitives.bytes(descriptor));
    using primitives = new Primitives(this.#oneDnn), plain = this.#floats(constant.values as Float32Array);
    this.#run(
      primitives.copyBetween(primitives.descriptor(kernelLayout(part)), descriptor),
      new Map([
        [ARGUMENT.source, plain.address + BigInt(kernelStart(part))],
        [ARGUMENT.destination, memory.address],
      ]),
    );
    this.#kernels.set(name, [...stored, { descriptor: this.#primitives.copyOf(descriptor), memory }]);
    return memory.address;
  }

  #floats(values: Float32Array): NativeMemory {
    const memory = new NativeMemory(values.byteLength);
    new Float32Array(memory.view(0, values.byteLength)).set(values);
    return memory;
  }

  /** Returns the address of a list of float32 numbers. */
  floats(name: string, values: () => Float32Array): bigint {
    return this.#keep(name, () => this.#floats(values()));
  }

  /** Returns the address of a matrix whose numbers have a type. */
  matrix(name: string, type: NumberType, matrix: () => Matrix): bigint {
    return this.#keep(`${name} ${type}`, () => {
      const { rows, columns, values } = matrix(), plain = this.#floats(values);
      if (type === "float32") return plain;
      using _ = plain, primitives = new Primitives(this.#oneDnn);
      const memory = new NativeMemory(2 * values.length), shape = [rows, columns];
      this.#run(
        primitives.copy({ shape, type: "float32" }, { shape, type }),
        new Map([
          [ARGUMENT.source, plain.address],
          [ARGUMENT.destination, memory.address],
        ]),
      );
      return memory;
    });
  }

  #keep(name: string, make: () => NativeMemory): bigint {
    const memory = this.#lists.get(name) ?? make();
    this.#lists.set(name, memory);
    return memory.address;
  }

  [Symbol.dispose](): void {
    for (const { memory } of [...this.#kernels.values()].flat()) memory[Symbol.dispose]();
    for (const memory of this.#lists.values()) memory[Symbol.dispose]();
    this.#primitives[Symbol.dispose]();
  }
}
