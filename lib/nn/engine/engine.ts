import { type NumberType, OneDnn, Team } from "../../onednn/mod.ts";
import type { RecordedConstant, Recording } from "../../tensorflow/mod.ts";
import { foldConvolutions } from "../recording/fold_convolutions.ts";
import { RecentlyUsed } from "../../tensorflow/graph/recently_used.ts";
import { recordForward } from "../recording/record_forward.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { EngineConstants } from "./engine_constants.ts";
import { type EngineNetwork, engineNetwork } from "./engine_layers.ts";
import { planEngine } from "./engine_plan.ts";
import { EngineProgram, type ProgramParts, type Sharing } from "./engine_program.ts";

/** The programs for images of one size, by how they share out the images. */
type Programs = Map<number | "rows", EngineProgram>;

function freePrograms(programs: Programs): void {
  for (const program of programs.values()) program[Symbol.dispose]();
}

/** Returns the constants that ops of a recording read. */
function constantsOf({ constants, ops }: Recording): Map<number, RecordedConstant> {
  const read = new Set(ops.flatMap(({ inputs }) => inputs));
  return new Map([...constants].filter(([id]) => read.has(id)));
}

/**
 * A trained network that calls oneDNN's primitives itself, without TensorFlow's ops around them: for predictions on a
 * processor. Its results differ from those of `SegmentationModel.forward` by rounding. Dispose of it after use.
 */
export class Engine {
  readonly #oneDnn: OneDnn;
  readonly #team: Team;
  readonly #network: EngineNetwork;
  /** The recorded constants, and those made of them. */
  readonly #kernels: Map<number, RecordedConstant>;
  readonly #classes: number;
  readonly #constants: EngineConstants;
  readonly #type: NumberType;
  readonly #sizes: RecentlyUsed<Programs>;

  private constructor(
    oneDnn: OneDnn,
    { network, recording }: { network: EngineNetwork; recording: Recording },
    { classes }: SegmentationModel,
    type: NumberType,
    keepSizes: number,
  ) {
    this.#oneDnn = oneDnn;
    this.#team = Team.get(oneDnn);
    this.#network = network;
    this.#kernels = constantsOf(recording);
    this.#classes = classes;
    this.#constants = new EngineConstants(oneDnn);
    this.#type = type;
    this.#sizes = new RecentlyUsed(keepSizes, freePrograms);
  }

  /**
   * Makes an engine with the weights that a model has now.
   *
   * @param type type of the maps and the kernels
   * @param keepSizes number of sizes of images whose programs are kept
   * @returns `undefined` if the network has an op that the engine lacks, or if oneDNN cannot be called here
   */
  static of(model: SegmentationModel, type: NumberType, keepSizes = 32): Engine | undefined {
    const oneDnn = OneDnn.open();
    if (!oneDnn) return undefined;
    const recording = foldConvolutions(recordForward(model)), network = engineNetwork(recording, model.inChannels);
    return network && new Engine(oneDnn, { network, recording }, model, type, keepSizes);
  }

  /**
   * Computes the logits of images.
   *
   * @param pixels float32 `[images, height, width, channels]`, sides that are multiples of the model's divisor
   * @returns float32 `[images, height, width, classes]`
   * @throws {OneDnnError} if oneDNN has no kernel for a layer.
   */
  logits(pixels: Float32Array, [images, height, width, channels]: readonly number[]): Promise<Float32Array> {
    return this.#team.turn(async () => {
      const input = this.#standardized(pixels, channels), area = height * width;
      const logits = new Float32Array(images * area * this.#classes), { threads } = this.#team;
      const each = Math.floor(images / threads);
      for (let image = 0; image < images;) {
        const sharing: Sharing = image === 0 && each > 0 ? { imagesPerThread: each } : "rows";
        const program = this.#program(height, width, channels, sharing), end = image + program.images;
        await program.run(
          input.subarray(image * area * channels, end * area * channels),
          logits.subarray(image * area * this.#classes, end * area * this.#classes),
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

  #program(height: number, width: number, channels: number, sharing: Sharing): EngineProgram {
    const size = `${height}x${width}`, key = sharing === "rows" ? sharing : sharing.imagesPerThread;
    let programs = this.#sizes.get(size);
    if (!programs) this.#sizes.set(size, programs = new Map());
    const known = programs.get(key);
    if (known) return known;
    const plan = planEngine(this.#network, this.#kernels, { height, width, channels }, this.#type);
    const parts: ProgramParts = {
      oneDnn: this.#oneDnn,
      team: this.#team,
      plan,
      constants: this.#constants,
      constant: (id): RecordedConstant => this.#kernels.get(id)!,
    };
    const program = new EngineProgram(parts, sharing);
    programs.set(key, program);
    return program;
  }

  /** Number of sizes of images with programs. */
  get sizes(): number {
    return this.#sizes.size;
  }

  [Symbol.dispose](): void {
    this.#sizes.clear();
    this.#constants[Symbol.dispose]();
  }
}
