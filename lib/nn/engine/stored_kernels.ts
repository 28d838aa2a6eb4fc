import { ARGUMENT, CallList, type Layout, NativeMemory, type OneDnn, Primitives } from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { Range } from "./engine_layers.ts";
import { nativeFloats, resultOf } from "./native_constants.ts";
import { panelColumns } from "../winograd/product_code.ts";
import { kernelMatrix, type TileSize } from "../winograd/winograd_matrices.ts";

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

/** Channels of a recorded 3 × 3 kernel, for Winograd's method. */
export interface TransformedPart {
  id: number;
  constant: RecordedConstant;
  /** Channels of the input. */
  inputs: Range;
  tile: TileSize;
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
  /** Transformed kernels. */
  readonly #transforms = new Map<string, NativeMemory>();

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

  /** Returns the address of a transformed kernel: for each product panels of columns, `[out / panel, in, panel]`. */
  transformed(part: TransformedPart): bigint {
    const { id, inputs, tile } = part, name = [tile, id, inputs.first, inputs.end].join();
    const memory = this.#transforms.get(name) ?? this.#transformed(part);
    this.#transforms.set(name, memory);
    return memory.address;
  }

  #reordered(part: KernelPart, descriptor: bigint): NativeMemory {
    using primitives = new Primitives(this.#oneDnn), plain = nativeFloats(part.constant.values as Float32Array);
    const primitive = primitives.copyBetween(primitives.descriptor(kernelLayout(part)), descriptor);
    return resultOf(this.#oneDnn, primitive, plain.address + BigInt(kernelStart(part)), primitives.bytes(descriptor));
  }

  #transformed({ constant, inputs, tile }: TransformedPart): NativeMemory {
    const [, , channels, output] = constant.shape, count = inputs.end - inputs.first, numbers = count * output;
    const matrix = kernelMatrix(tile), products = matrix.length / 9, side = Math.sqrt(products), type = "float32";
    const panel = panelColumns(output),
      shape = [side, count, output / panel, panel],
      { source, weights, destination } = ARGUMENT;
    using primitives = new Primitives(this.#oneDnn), plain = nativeFloats(constant.values as Float32Array);
    // A row of tiles at a time, so that the whole is not in memory twice.
    using factors = nativeFloats(matrix), row = new NativeMemory(4 * side * numbers);
    const product = primitives.matrixProduct(
      { shape: [1, side, 9], type },
      { shape: [1, 9, numbers], type, strides: [9 * channels * output, channels * output, 1] },
      { shape: [1, side, numbers], type },
    );
    const copy = primitives.copy(
      { shape, type, strides: [numbers, output, panel, 1] },
      { shape, type, strides: [numbers, panel, count * panel, 1] },
    );
    const packed = new NativeMemory(4 * products * numbers);
    try {
      const at = (memory: NativeMemory, number: number) => memory.address + BigInt(4 * number);
      const calls = Array.from({ length: side }, (_, i) => [
        {
          primitive: product,
          places: new Map([
            [source, at(factors, 9 * side * i)],
            [weights, at(plain, inputs.first * output)],
            [destination, row.address],
          ]),
        },
        { primitive: copy, places: new Map([[source, row.address], [destination, at(packed, side * numbers * i)]]) },
      ]).flat();
      using scratch = new NativeMemory(Math.max(product.scratchBytes, copy.scratchBytes));
      using list = new CallList(this.#oneDnn, calls, { address: scratch.address, scratch: 0 });
      list.run();
      return packed;
    } catch (error) {
      packed[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    const kernels = [...this.#kernels.values()].flat().map(({ memory }) => memory);
    for (const memory of [...kernels, ...this.#transforms.values()]) memory[Symbol.dispose]();
    this.#kernels.clear();
    this.#transforms.clear();
    this.#descriptors[Symbol.dispose]();
  }
}
