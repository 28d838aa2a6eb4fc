import { type Layout, type NativeMemory, type OneDnn, Primitives } from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { Range } from "./engine_layers.ts";
import { nativeFloats, resultOf } from "./native_constants.ts";

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

/** Kernels in the layouts that oneDNN chooses. Sizes of images that need the same layout share a kernel. */
export class StoredKernels {
  readonly #oneDnn: OneDnn;
  readonly #descriptors: Primitives;
  readonly #kernels = new Map<string, StoredKernel[]>();

  constructor(oneDnn: OneDnn) {
    this.#oneDnn = oneDnn;
    this.#descriptors = new Primitives(oneDnn);
  }

  /** Returns the address of a kernel in a layout. */
  address(part: KernelPart, descriptor: bigint): bigint {
    const { symbols } = this.#oneDnn, { id, rows, columns, inputs } = part;
    const name = [id, ...[rows, columns, inputs].flatMap(({ first, end }) => [first, end])].join();
    const stored = this.#kernels.get(name) ?? [];
    const equal = stored.find((each) => symbols.dnnl_memory_desc_equal(each.descriptor, descriptor) !== 0);
    if (equal) return equal.memory.address;
    const memory = this.#reordered(part, descriptor);
    this.#kernels.set(name, [...stored, { descriptor: this.#descriptors.copyOf(descriptor), memory }]);
    return memory.address;
  }

  #reordered(part: KernelPart, descriptor: bigint): NativeMemory {
    using primitives = new Primitives(this.#oneDnn), plain = nativeFloats(part.constant.values as Float32Array);
    const primitive = primitives.copyBetween(primitives.descriptor(kernelLayout(part)), descriptor);
    return resultOf(this.#oneDnn, primitive, plain.address + BigInt(kernelStart(part)), primitives.bytes(descriptor));
  }

  [Symbol.dispose](): void {
    for (const { memory } of [...this.#kernels.values()].flat()) memory[Symbol.dispose]();
    this.#kernels.clear();
    this.#descriptors[Symbol.dispose]();
  }
}
