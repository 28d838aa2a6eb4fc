import { join } from "node:path";
import { z } from "zod";
import type { Image } from "../images/image.ts";
import { currentId } from "../io/aliases.ts";
import { replaceText } from "../io/replace_file.ts";
import { mean } from "../math/mean.ts";
import type { Segmentation, Segmenter, SegmentOptions } from "../nn/inference/segmenter.ts";
import type { EnsembleMethodId } from "./methods/methods.ts";
import { type TaskName, TASKS } from "../task/tasks.ts";
import { softVote } from "./voting.ts";
import { OptionError } from "../io/option_error.ts";

/** An ensemble's description, in its folder. */
export const ENSEMBLE = "ensemble.json";

/** How its members are combined. */
const METHOD = "soft-voting" satisfies EnsembleMethodId;

/** The content of {@linkcode ENSEMBLE}. */
export const StoredEnsemble = z.strictObject({
  method: z.string().transform((method) => currentId("ensembles", method)).pipe(z.literal(METHOD)),
  members: z.array(
    z.strictObject({ file: z.string().regex(/^[\w-]+\.safetensors$/), weight: z.number().nonnegative() }),
  )
    .min(1),
  threshold: z.number().min(0).max(1),
});

/** Options of {@linkcode ensemble}. */
export interface EnsembleOptions {
  /** Weight of each member's probabilities. Default: equal. */
  weights?: readonly number[];
  /** Foreground is where the mean probability is larger, 0 to 1. Default: the mean of the members' thresholds. */
  threshold?: number;
}

/** Segmenters that vote: the weighted mean of their probabilities decides. */
class SoftVotingEnsemble implements Segmenter {
  /** The members' weights, of sum 1. */
  readonly #shares: number[];

  constructor(readonly members: readonly Segmenter[], readonly weights: readonly number[], readonly threshold: number) {
    const total = weights.reduce((a, b) => a + b);
    this.#shares = weights.map((weight) => weight / total);
  }

  get task(): TaskName {
    return this.members[0].task;
  }

  async #segmentEach(image: Image, onProgress?: (done: number) => void): Promise<Segmentation[]> {
    const segmentations: Segmentation[] = [];
    for (const [i, member] of this.members.entries()) {
      const report = (done: number) => onProgress?.((i + done) / this.members.length);
      segmentations.push(await member.segment(image, { onProgress: report }));
    }
    return segmentations;
  }

  async predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array> {
    const maps: Float32Array[] = [];
    for (const [i, member] of this.members.entries()) {
      maps.push(await member.predict(image, (done) => onProgress?.((i + done) / this.members.length)));
    }
    return softVote(maps, this.#shares);
  }

  async segment(image: Image, { threshold = this.threshold, onProgress }: SegmentOptions = {}): Promise<Segmentation> {
    const each = await this.#segmentEach(image, onProgress);
    const probabilities = softVote(each.map((member) => member.probabilities), this.#shares);
    return {
      width: image.width,
      height: image.height,
      probabilities,
      ...TASKS[this.task].decide(probabilities, image, threshold),
      empty: each.every((member) => member.empty),
    };
  }

  /** Saves it as a folder: a file for each member, and `ensemble.json`, which is written last. */
  async save(path: string): Promise<void> {
    const members = this.members.map((_, i) => ({ file: `member-${i + 1}.safetensors`, weight: this.weights[i] }));
    for (const [i, { file }] of members.entries()) await this.members[i].save(join(path, file));
    const stored = { method: METHOD, members, threshold: this.threshold } satisfies z.input<
      typeof StoredEnsemble
    >;
    await replaceText(join(path, ENSEMBLE), JSON.stringify(stored, null, 1) + "\n");
  }

  [Symbol.dispose](): void {
    for (const member of this.members) member[Symbol.dispose]();
  }
}

/**
 * Combines segmenters by soft voting: the mean of their probabilities decides.
 *
 * @param members trained models; they are disposed of with the ensemble
 * @throws {OptionError} if there is no member, members have several tasks, or weights do not fit.
 */
export function ensemble(members: readonly Segmenter[], options: EnsembleOptions = {}): Segmenter {
  if (members.length === 0) throw new OptionError("An ensemble needs at least one member");
  const tasks = new Set(members.map(({ task }) => task));
  if (tasks.size > 1) throw new OptionError(`The members have the tasks ${[...tasks].join(", ")}: give members of one`);
  const { weights = members.map(() => 1), threshold = mean(members.map((member) => member.threshold)) } = options;
  if (weights.length !== members.length) {
    throw new OptionError(`${weights.length} weights for ${members.length} members: give one for each`);
  }
  if (!weights.every((weight) => weight >= 0) || !weights.some((weight) => weight > 0)) {
    throw new OptionError(`weights are ${weights.join(", ")}: give numbers from 0 on, one of them above 0`);
  }
  if (!(threshold >= 0 && threshold <= 1)) throw new OptionError(`threshold is ${threshold}: give 0 to 1`);
  return new SoftVotingEnsemble(members, weights, threshold);
}
