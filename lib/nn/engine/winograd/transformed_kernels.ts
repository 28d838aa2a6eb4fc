import { type Call, CallList, NativeMemory, type OneDnn, type Team } from "../../../onednn/mod.ts";
import type { RecordedConstant } from "../../../tensorflow/mod.ts";
import { ranges } from "../../ops/run_parts.ts";
import { panelColumns } from "../../winograd/product_code.ts";
import { STORED_KERNEL_BYTES, storedKernelCode, type StoredKernelShape } from "../../winograd/stored_kernel_code.ts";
import { kernelMatrix, productsOf, type TileSize } from "../../winograd/winograd_matrices.ts";
import { CodeStore } from "../code_store.ts";
import type { Range } from "../engine_layers.ts";
import { NativeConstants } from "../native_constants.ts";

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

/** What the transforms of kernels need while they run. */
interface TransformContext {
  code: CodeStore;
  matrices: NativeConstants;
  /** Which of the threads it is. */
  thread: number;
  threads: number;
  /** Its temporary memory. */
  block: bigint;
}

/** Kernels that are transformed for Winograd's method once. All sizes of images share them. Dispose of it after use. */
export class TransformedKernels {
  readonly #oneDnn: OneDnn;
  readonly #kernels = new Map<string, TransformedKernel>();

  constructor(oneDnn: OneDnn) {
    this.#oneDnn = oneDnn;
  }

  /**
   * Returns the address of a transformed kernel: for each product panels of columns, `[out / panel, in, panel]`.
   * {@linkcode compute} computes it.
   */
  address(part: TransformedPart): bigint {
    const { id, inputs, tile, constant: { shape } } = part, name = [tile, id, inputs.first, inputs.end].join();
    const known = this.#kernels.get(name);
    if (known) return known.memory.address;
    const memory = new NativeMemory(4 * productsOf(tile) * (inputs.end - inputs.first) * shape[3]);
    this.#kernels.set(name, { memory, part });
    return memory.address;
  }

  /** Computes the kernels that are not computed yet, by the threads of a team and within its turn, or by other ones. */
  async compute(team: Pick<Team, "threads" | "run">): Promise<void> {
    const missing = this.#kernels.values().filter(({ part }) => part).toArray();
    if (missing.length === 0) return;
    using keep = new DisposableStack();
    const shared = {
      code: keep.use(new CodeStore()),
      matrices: keep.use(new NativeConstants(this.#oneDnn)),
      threads: team.threads,
    };
    const lists = Array.from({ length: team.threads }, (_, thread) => {
      const context = { ...shared, thread, block: keep.use(new NativeMemory(STORED_KERNEL_BYTES)).address };
      const calls = missing.flatMap(({ memory, part }) => transformCalls(part!, memory.address, context));
      return keep.use(new CallList(this.#oneDnn, calls, { address: 0n, scratch: 0 }));
    });
    await team.run(lists);
    for (const kernel of missing) delete kernel.part;
  }

  [Symbol.dispose](): void {
    for (const { memory } of this.#kernels.values()) memory[Symbol.dispose]();
    this.#kernels.clear();
  }
}

/** Returns the calls that transform a thread's share of a kernel's panels. */
function transformCalls(
  { constant: { shape: [, , inChannels, outChannels], values }, inputs, tile }: TransformedPart,
  address: bigint,
  { code, matrices, thread, threads, block }: TransformContext,
): Call[] {
  const columns = panelColumns(outChannels), range = ranges(outChannels / columns, threads).at(thread);
  if (!range) return [];
  const channels = inputs.end - inputs.first, planeStride = 4 * channels * outChannels;
  const shape: StoredKernelShape = { tile, inChannels, outChannels, channels, panels: range.count, planeStride };
  // The numbers stay where they are as long as the part is kept.
  const kernel = Deno.UnsafePointer.value(Deno.UnsafePointer.of(values as Float32Array<ArrayBuffer>));
  return [{
    code: code.address(shape, () => storedKernelCode(shape)),
    places: [
      kernel + BigInt(4 * (inputs.first * outChannels + range.first * columns)),
      address + BigInt(4 * range.first * columns * channels),
      matrices.floats(`tiles of ${tile}`, () => kernelMatrix(tile)),
      block,
    ],
  }];
}
