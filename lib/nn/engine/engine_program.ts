import {
  type Call,
  CallList,
  MEETING,
  type NativeMemory,
  type OneDnn,
  Primitives,
  scratchBytes,
  type Team,
} from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import { CodeStore } from "./code_store.ts";
import { type EnginePlan, NUMBER_BYTES } from "./engine_plan.ts";
import { LayerCalls } from "./layer_calls.ts";
import { MapMemory } from "./map_memory.ts";
import { NativeConstants } from "./native_constants.ts";
import type { StoredKernels } from "./stored_kernels.ts";
import type { TransformedKernels } from "./winograd/transformed_kernels.ts";

/** What a program is made of. */
export interface ProgramParts {
  oneDnn: OneDnn;
  threads: number;
  plan: EnginePlan;
  kernels: StoredKernels;
  /** They must be computed before the program runs. */
  transformedKernels: TransformedKernels;
  /** Recorded constants by id. */
  recorded: ReadonlyMap<number, RecordedConstant>;
}

/** How images are shared out among threads: each thread has whole images, or rows of one image. */
export type Sharing = { imagesPerThread: number } | "rows";

/** Temporary memory of threads begins on pages of its own. */
const PAGE = 4096;

/** The calls of all threads for a number of images of one size. */
export class EngineProgram {
  /** Number of images that it predicts. */
  readonly images: number;
  readonly #parts: ProgramParts;
  readonly #sharing: Sharing;
  readonly #primitives: Primitives;
  /** Biases, and matrices that resize. */
  readonly #constants: NativeConstants;
  readonly #code = new CodeStore();
  readonly #calls: readonly (Call | typeof MEETING)[][];
  readonly #scratchBytes: number;
  #lists: CallList[] = [];
  /** The working memory for which the lists hold. */
  #memory?: NativeMemory;

  constructor(parts: ProgramParts, sharing: Sharing) {
    const { threads, oneDnn } = parts;
    this.#parts = parts;
    this.#sharing = sharing;
    this.images = sharing === "rows" ? 1 : threads * sharing.imagesPerThread;
    this.#primitives = new Primitives(oneDnn);
    this.#constants = new NativeConstants(oneDnn);
    try {
      this.#calls = oneDnn.onOneThread(() => Array.from({ length: threads }, (_, thread) => this.#callsOf(thread)));
      this.#scratchBytes = Math.ceil(Math.max(...this.#calls.map(scratchBytes)) / PAGE) * PAGE;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #callsOf(thread: number): (Call | typeof MEETING)[] {
    const { plan, kernels, transformedKernels, recorded, threads } = this.#parts;
    const layers = new LayerCalls(
      {
        primitives: this.#primitives,
        constants: this.#constants,
        kernels,
        transformedKernels,
        recorded,
        code: this.#code,
      },
      this.#maps(thread),
      this.images * plan.bytes + thread * plan.workspaceBytes,
    );
    return plan.layers.flatMap((planned): (Call | typeof MEETING)[] => {
      const rows = layers.rows(planned);
      if (this.#sharing !== "rows") return layers.calls(planned, 0, rows);
      const [first, end] = [thread, thread + 1].map((part) => Math.floor(part * rows / threads));
      return [...(end > first ? layers.calls(planned, first, end) : []), MEETING];
    });
  }

  /** Returns a thread's maps; all threads have the same ones if they share the rows of an image. */
  #maps(thread: number): MapMemory {
    const { plan } = this.#parts;
    if (this.#sharing === "rows") return new MapMemory({ plan, base: 0, images: 1 });
    const { imagesPerThread: images } = this.#sharing;
    return new MapMemory({ plan, base: thread * images * plan.bytes, images });
  }

  /**
   * Predicts `images` images within a turn of the team.
   *
   * @param pixels float32 `[images, height, width, channels]`, standardised
   * @param logits takes the result, float32 `[images, height, width, classes]`
   */
  async run(team: Team, pixels: Float32Array, logits: Float32Array): Promise<void> {
    const { plan, oneDnn, threads } = this.#parts;
    const firstScratch = this.images * plan.bytes + threads * plan.workspaceBytes;
    const memory = team.memory(firstScratch + threads * this.#scratchBytes);
    if (this.#memory !== memory) {
      this.#freeLists();
      for (const [thread, calls] of this.#calls.entries()) {
        const scratch = firstScratch + thread * this.#scratchBytes;
        this.#lists.push(new CallList(oneDnn, calls, { address: memory.address, scratch }));
      }
      this.#memory = memory;
    }
    const view = (id: number, thread: number, all: Float32Array): [Float32Array, Float32Array] => {
      const maps = this.#maps(thread), place = maps.place(id);
      const numbers = maps.images * place.height * place.width * place.channels;
      const bytes = memory.view(maps.at(place), numbers * NUMBER_BYTES.float32);
      return [new Float32Array(bytes), all.subarray(thread * numbers, (thread + 1) * numbers)];
    };
    const parts = this.#sharing === "rows" ? [0] : Array.from({ length: threads }, (_, thread) => thread);
    for (const thread of parts) {
      const [native, own] = view(plan.images, thread, pixels);
      native.set(own);
    }
    await team.run(this.#lists);
    for (const thread of parts) {
      const [native, own] = view(plan.logits, thread, logits);
      own.set(native);
    }
  }

  #freeLists(): void {
    this.#memory = undefined;
    for (const list of this.#lists.splice(0)) list[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#freeLists();
    this.#constants[Symbol.dispose]();
    this.#primitives[Symbol.dispose]();
    this.#code[Symbol.dispose]();
  }
}
