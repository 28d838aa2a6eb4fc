import { type NumberType, OneDnn, Team } from "../../onednn/mod.ts";
import { runsMachineCode } from "../../machine_code/mod.ts";
import type { RecordedConstant, Recording } from "../../tensorflow/mod.ts";
import { RecentlyUsed } from "../../tensorflow/graph/recently_used.ts";
import { foldConvolutions } from "../recording/fold_convolutions.ts";
import { recordForward } from "../recording/record_forward.ts";
import { trimHeap } from "../../tensorflow/ffi/trim_heap.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { type EngineNetwork, engineNetwork } from "./engine_layers.ts";
import { planEngine } from "./engine_plan.ts";
import { EngineProgram, type Sharing } from "./engine_program.ts";
import { StoredKernels } from "./stored_kernels.ts";
import { TransformedKernels } from "./winograd/transformed_kernels.ts";

/** Returns the constants that ops of a recording read. */
function constantsOf({ constants, ops }: Recording): Map<number, RecordedConstant> {
  const read = new Set(ops.flatMap(({ inputs }) => inputs));
  return new Map([...constants].filter(([id]) => read.has(id)));
}

/** Options of an {@linkcode Engine}. */
export interface EngineOptions {
  /** Type of the maps and the kernels. */
  type: NumberType;
  /** Whether Winograd's method may compute convolutions in float32. It rounds otherwise. Default: false. */
  winograd?: boolean;
  /** Number of sizes of batches that stay compiled. Default: 32. */
  keepSizes?: number;
}

/**
 * A trained network that calls oneDNN's primitives itself, without TensorFlow's ops around them: for predictions on a
 * processor. Its results differ from those of `SegmentationModel.forward` by rounding. Dispose of it after use.
 */
export class Engine {
  /** Number of engines that are not disposed of, and the threads that computed last. */
  static #count = 0;
  static #lastTeam?: Team;
  readonly #oneDnn: OneDnn;
  readonly #network: EngineNetwork;
  /** The recorded constants, and those made of them. */
  readonly #constants: Map<number, RecordedConstant>;
  readonly #classes: number;
  readonly #kernels: StoredKernels;
  readonly #transformedKernels: TransformedKernels;
  readonly #type: NumberType;
  readonly #winograd: boolean;
  readonly #programs: RecentlyUsed<EngineProgram>;
  #isDisposed = false;
  /** The threads that may be using it. */
  #team?: Team;

  private constructor(
    oneDnn: OneDnn,
    network: EngineNetwork,
    constants: Map<number, RecordedConstant>,
    { classes }: SegmentationModel,
    { type, winograd = false, keepSizes = 32 }: EngineOptions,
  ) {
    this.#oneDnn = oneDnn;
    this.#network = network;
    this.#constants = constants;
    this.#classes = classes;
    this.#kernels = new StoredKernels(oneDnn);
    this.#transformedKernels = new TransformedKernels(oneDnn);
    this.#type = type;
    this.#winograd = winograd && runsMachineCode();
    this.#programs = new RecentlyUsed(keepSizes, (program) => program[Symbol.dispose]());
    Engine.#count++;
  }

  /**
   * Makes an engine with the weights that a model has now.
   *
   * @returns `undefined` if the network has an op that the engine lacks, or if oneDNN cannot be called here
   */
  static of(model: SegmentationModel, options: EngineOptions): Engine | undefined {
    const oneDnn = OneDnn.open();
    if (!oneDnn) return undefined;
    const recording = foldConvolutions(recordForward(model)), network = engineNetwork(recording, model.inChannels);
    if (!network) return undefined;
    // What loading the model has freed would otherwise stay with the C library, beside the engine's kernels.
    trimHeap();
    return new Engine(oneDnn, network, constantsOf(recording), model, options);
  }

  /**
   * Computes the logits of images.
   *
   * @param pixels float32 `[images, height, width, channels]`
   * @returns float32 `[images, height, width, classes]`
   * @throws {OneDnnError} if the engine cannot compute maps of this size, or oneDNN has no kernel for a layer.
   */
  logits(pixels: Float32Array, [images, height, width, channels]: readonly number[]): Promise<Float32Array> {
    const team = Engine.#lastTeam = this.#team = Team.get(this.#oneDnn);
    return team.turn(async () => {
      if (this.#isDisposed) throw new Error("This engine is disposed of");
      const input = this.#standardized(pixels, channels), area = height * width, classes = this.#classes;
      const logits = new Float32Array(images * area * classes), imagesPerThread = Math.floor(images / team.threads);
      for (let image = 0; image < images;) {
        const sharing: Sharing = image === 0 && imagesPerThread > 0 ? { imagesPerThread } : "rows";
        const program = this.#program(team, [height, width, channels], sharing), end = image + program.images;
        await this.#transformedKernels.compute(team);
        await program.run(
          team,
          input.subarray(image * area * channels, end * area * channels),
          logits.subarray(image * area * classes, end * area * classes),
        );
        image = end;
      }
      return logits;
    });
  }

  #standardized(pixels: Float32Array, channels: number): Float32Array {
    const { factor, addend } = this.#network.standardization;
    if (factor.every((value) => value === 1) && addend.every((value) => value === 0)) return pixels;
    return pixels.map((value, i) => value * factor[i % channels] + addend[i % channels]);
  }

  #program(team: Team, [height, width, channels]: readonly number[], sharing: Sharing): EngineProgram {
    const key = `${height}x${width} ${JSON.stringify(sharing)} ${team.threads}`, known = this.#programs.get(key);
    if (known) return known;
    const share = sharing === "rows"
      ? { images: 1, threads: team.threads }
      : { images: sharing.imagesPerThread, threads: 1 };
    const size = { height, width, channels };
    const program = new EngineProgram({
      oneDnn: this.#oneDnn,
      threads: team.threads,
      plan: planEngine(this.#network, this.#constants, size, this.#type, this.#winograd ? share : undefined),
      kernels: this.#kernels,
      transformedKernels: this.#transformedKernels,
      recorded: this.#constants,
    }, sharing);
    this.#programs.set(key, program);
    return program;
  }

  /** Number of sizes of batches that are compiled. Images that are left over after equal shares count as a size. */
  get sizes(): number {
    return this.#programs.size;
  }

  /** Frees the programs and the kernels, after the predictions that were asked for. */
  [Symbol.dispose](): void {
    const team = this.#team,
      free = () => {
        if (this.#isDisposed) return;
        this.#isDisposed = true;
        this.#programs.clear();
        this.#kernels[Symbol.dispose]();
        this.#transformedKernels[Symbol.dispose]();
        this.#constants.clear();
        if (--Engine.#count === 0) Engine.#lastTeam?.releaseMemory();
      };
    if (team) team.free(free);
    else free();
  }
}
