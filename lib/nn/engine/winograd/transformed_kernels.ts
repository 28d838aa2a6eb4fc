import { type Call, CallList, NativeMemory, type OneDnn, type Team } from "../../../onednn/mod.ts";
import type { RecordedConstant } from "../../../tensorflow/mod.ts";
import { ranges } from "../../ops/run_parts.ts";
import { panelColumns } from "../../winograd/product_code.ts";
import { STORED_KERNEL_BYTES, storedKernelCode, type StoredKernelShape } from "../../winograd/stored_kernel_code.ts";
import { kernelMatrix, productsOf, type TileSize } from "../../winograd/winograd_matrices.ts";
import { CodeStore } from "../code_store.ts";
import type { Range } from "../engine_layers.ts";
import { nativeFloats } from "../native_constants.ts";

/** Channels of a recorded 3 × 3 kernel, for Winograd's method. */
export interface TransformedPart {
  id: number;
  constant: RecordedConstant;
  /** Channels of the input. */
  inputs: Range;
  tile: TileSize;
}

/** A transformed kernel, and what it is computed from until it is. */
interface TransformedKernel {
  memory: NativeMemory;
  part?: TransformedPart;
}

/** Kernels that are transformed for Winograd's method once. All sizes of images share them. Dispose of it after use. */
export class TransformedKernels {
  readonly #oneDnn: OneDnn;
  readonly #kernels = new Map<string, TransformedKernel>();
  readonly #matrices = new Map<TileSize, NativeMemory>();
  readonly #code = new CodeStore();

  constructor(oneDnn: OneDnn) {
    this.#oneDnn = oneDnn;
  }

  /**
   * Returns the address of a transformed kernel: for each product panels of columns, `[out / panel, in, panel]`. It is there
   * after {@linkcode compute}.
   */
  address(part: TransformedPart): bigint {
    const { id, inputs, tile, constant: { shape } } = part, name = [tile, id, inputs.first, inputs.end].join();
    const known = this.#kernels.get(name);
    if (known) return known.memory.address;
    const memory = new NativeMemory(4 * productsOf(tile) * (inputs.end - inputs.first) * shape[3]);
    this.#kernels.set(name, { memory, part });
    return memory.address;
  }

  /** Computes the kernels that are not there yet, within a turn of the team. */
  async compute(team: Team): Promise<void> {
    const missing = this.#missing();
    if (missing.length === 0) return;
    using keep = new DisposableStack();
    await team.run(this.#lists(missing, team.threads, keep));
    for (const kernel of missing) delete kernel.part;
  }

  /** Computes the kernels that are not there yet, in the calling thread. */
  computeHere(): void {
    const missing = this.#missing();
    using keep = new DisposableStack();
    for (const list of this.#lists(missing, 1, keep)) list.run();
    for (const kernel of missing) delete kernel.part;
  }

  #missing(): TransformedKernel[] {
    return this.#kernels.values().filter(({ part }) => part).toArray();
  }

  /** Returns what each thread calls; it is valid as long as `keep`. */
  #lists(missing: readonly TransformedKernel[], threads: number, keep: DisposableStack): CallList[] {
    return Array.from({ length: threads }, (_, thread) => {
      const block = keep.use(new NativeMemory(STORED_KERNEL_BYTES)).address;
      const calls = missing.flatMap(({ memory, part }) => this.#calls(part!, memory, block, { thread, threads }));
      return keep.use(new CallList(this.#oneDnn, calls, { address: 0n, scratch: 0 }));
    });
  }

  /** Returns the calls that transform a thread's share of a kernel's panels. */
  #calls(
    { constant: { shape: [, , inChannels, outChannels], values }, inputs, tile }: TransformedPart,
    { address }: NativeMemory,
    block: bigint,
    { thread, threads }: { thread: number; threads: number },
  ): Call[] {
    const columns = panelColumns(outChannels), range = ranges(outChannels / columns, threads).at(thread);
    if (!range) return [];
    const channels = inputs.end - inputs.first, planeStride = 4 * channels * outChannels;
    const shape: StoredKernelShape = { tile, inChannels, outChannels, channels, panels: range.count, planeStride };
    // The numbers stay where they are as long as the part is kept.
    const kernel = Deno.UnsafePointer.value(Deno.UnsafePointer.of(values as Float32Array<ArrayBuffer>));
    const first = inputs.first * outChannels + range.first * columns;
    return [{
      code: this.#code.address(shape, () => storedKernelCode(shape)),
      places: [
        kernel + BigInt(4 * first),
        address + BigInt(4 * range.first * columns * channels),
        this.#matrix(tile),
        block,
      ],
    }];
  }

  #matrix(tile: TileSize): bigint {
    const matrix = this.#matrices.get(tile) ?? nativeFloats(kernelMatrix(tile));
    this.#matrices.set(tile, matrix);
    return matrix.address;
  }

  [Symbol.dispose](): void {
    for (const { memory } of this.#kernels.values()) memory[Symbol.dispose]();
    for (const matrix of this.#matrices.values()) matrix[Symbol.dispose]();
    this.#kernels.clear();
    this.#matrices.clear();
    this.#code[Symbol.dispose]();
  }
}
