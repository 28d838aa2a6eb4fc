import { z } from "zod";
import { currentId } from "../io/aliases.ts";
import { askForWord } from "../io/explain_issue.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { hasName, registryNames } from "../io/registry_names.ts";
import { mean } from "../math/mean.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { Ensemble, type WeightedMember } from "./base_ensemble.ts";
import { memberFile, saveEnsemble } from "./ensemble_folder.ts";
import { fitStacking, type StackingOptions } from "./stacking.ts";
import { heldOutMaps, type HeldOutOptions } from "./held_out_maps.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "./methods/methods.ts";
import { sharedParameters } from "./shared_parameters.ts";
import { softVote } from "./voting.ts";
import { checkShare } from "../io/check_share.ts";
import { OptionError } from "../io/option_error.ts";

/** The method of this ensemble. */
const METHOD = "soft-voting" satisfies EnsembleMethodId;

/** Schema of an ensemble's description. */
export const StoredEnsemble = z.strictObject({
  method: z.string().transform((method) => currentId("ensembles", method)).pipe(z.literal(METHOD)),
  members: z.array(
    z.strictObject({ file: z.string().regex(/^[\w-]+\.safetensors$/), weight: z.number().nonnegative() }),
  )
    .min(1),
  threshold: z.number().min(0).max(1),
  /** Absent if they are the default ones, and in descriptions of earlier versions. */
  objectParameters: z.record(z.string(), z.number()).optional(),
});

/** Options of {@linkcode ensemble}. */
export interface EnsembleOptions {
  /** Default `soft-voting`. With `stacking` the options are {@linkcode StackingOptions}. */
  method?: "soft-voting";
  /** Weight of each member's probabilities. Default: equal. */
  weights?: readonly number[];
  /**
   * Pixels with a larger mean probability are foreground, 0 to 1, also for objects. Default: the mean of the members'
   * thresholds.
   */
  threshold?: number;
  /**
   * How touching objects are divided: parameters of `findInstances`, `{}` for the default ones. Default: those of the
   * members if all have the same, otherwise the default ones.
   */
  objectParameters?: Readonly<Record<string, number>>;
}

/** Methods of {@linkcode ensemble} that learn the members' weights. */
const WEIGHT_METHODS = ["weighted-soft-voting", "greedy-selection"] as const satisfies EnsembleMethodId[];

/** Options of {@linkcode ensemble} with a method that learns the members' weights. */
export interface WeightOptions extends HeldOutOptions {
  /**
   * `weighted-soft-voting` weighs members by their mean Dice, `greedy-selection` by how often they improve the mean
   * (Caruana et al. 2004).
   */
  method: typeof WEIGHT_METHODS[number];
  /** Pixels with a larger mean probability are foreground, 0 to 1. Default 0.5, for which the weights are learned. */
  threshold?: number;
}

const WEIGHT_OPTIONS = [
  "method",
  "dataset",
  "images",
  "threshold",
  "onProgress",
  "signal",
] as const satisfies (keyof WeightOptions)[];

/** The options of each method. */
const OPTIONS = {
  "weighted-soft-voting": WEIGHT_OPTIONS,
  "greedy-selection": WEIGHT_OPTIONS,
  "soft-voting": ["method", "weights", "threshold", "objectParameters"],
  stacking: ["method", "dataset", "images", "kind", "threshold", "seed", "steps", "onProgress", "signal"],
} as const satisfies Partial<Record<EnsembleMethodId, string[]>> & {
  "soft-voting": (keyof EnsembleOptions)[];
  stacking: (keyof StackingOptions)[];
};

type AnyOptions = EnsembleOptions | WeightOptions | StackingOptions;

/** Returns whether the options' method learns weights. */
function learnsWeights(options: AnyOptions): options is WeightOptions {
  return WEIGHT_METHODS.some((method) => method === options.method);
}

/** Refuses a method that does not exist, and options of another one: notebooks do not check types. */
function refuseUnknown(options: AnyOptions): void {
  const { method = METHOD } = options;
  if (!hasName(OPTIONS, method)) {
    throw new OptionError(`method is ${JSON.stringify(method)}: ${askForWord(method, registryNames(OPTIONS))}`);
  }
  const known: readonly string[] = OPTIONS[method];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(`${method} has no option "${unknown}": ${askForWord(unknown, known)}`);
  }
}

/** An ensemble by soft voting: the weighted mean of the members' probabilities. */
class SoftVotingEnsemble extends Ensemble {
  /** The members' weights, of sum 1. */
  readonly #shares: number[];

  /** Ids of the images that the weights were learned from. */
  readonly #images: readonly string[];

  readonly #objectParameters: Segmenter["objectParameters"];

  constructor(
    members: readonly Segmenter[],
    readonly weights: readonly number[],
    threshold: number,
    objectParameters?: Segmenter["objectParameters"],
    images: readonly string[] = [],
  ) {
    super(members, threshold);
    const isTuned = objectParameters && Object.keys(objectParameters).length > 0;
    this.#objectParameters = isTuned ? objectParameters : undefined;
    this.#images = images;
    const total = weights.reduce((a, b) => a + b);
    this.#shares = weights.map((weight) => weight / total);
  }

  override get trainingImages(): readonly string[] | undefined {
    const images = super.trainingImages;
    return images && [...images, ...this.#images];
  }

  override get objectParameters(): Segmenter["objectParameters"] {
    return this.#objectParameters;
  }

  override get weightedMembers(): WeightedMember[] {
    return this.members.map((member, m) => ({ member, weight: this.#shares[m] }));
  }

  protected override combine(maps: readonly Float32Array[]): Float32Array {
    return softVote(maps, this.#shares);
  }

  protected override combineRows(maps: readonly Float32Array[]): Float32Array {
    return softVote(maps, this.#shares);
  }

  /** Saves the ensemble as a folder: a file for each member, and `ensemble.json`, which is written last. */
  override async save(path: string): Promise<void> {
    const members = this.members.map((_, i) => ({ file: memberFile(i), weight: this.weights[i] }));
    const { threshold, objectParameters } = this;
    const stored: z.input<typeof StoredEnsemble> = {
      method: METHOD,
      members,
      threshold,
      ...(objectParameters && { objectParameters: { ...objectParameters } }),
    };
    await saveEnsemble(path, this.members, stored);
  }
}

/** Learns the members' weights on images that none of them trained on. */
async function fitWeights(
  members: readonly Segmenter[],
  { method, threshold: given, signal = cellSignal(), ...options }: WeightOptions,
): Promise<Ensemble> {
  const learned = await heldOutMaps(members, { ...options, signal });
  if (learned.length === 0) {
    throw new OptionError(`${options.dataset.name} has no image that no member trained on: give other images`);
  }
  const { weights = [] } = await ENSEMBLE_METHODS[method].fit(learned);
  const images = learned.map(({ id }) => id);
  return new SoftVotingEnsemble(members, weights, given ?? 0.5, sharedParameters(members, given), images);
}

/**
 * Combines segmenters by soft voting, the mean of their probabilities. With `method: "weighted-soft-voting"` or
 * `"greedy-selection"` the members' weights are learned, and with `"stacking"` a small network learns to combine them,
 * from images that none of them trained on; the result is then a promise.
 *
 * @param members trained models; they are disposed of with the ensemble
 * @throws {OptionError} if there is no member, if members have different tasks, or if an option is unknown or does not fit.
 * @throws {LeakError} if a method would learn from an image that a member is known to have trained on, or from its
 * group.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, ensemble, generateDataset, TrainedModel } from "lib";
 *
 * const member = (seed: number) => {
 *   const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed });
 *   return new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
 * };
 * const dataset = await generateDataset({ count: 4, size: 64 });
 * const members = [member(1), member(2)];
 * const voting = ensemble(members, { weights: [2, 1] });
 * // Both ensembles own the same members, so one of them is declared with `using`.
 * const images = dataset.samples.map(({ id }) => id);
 * using stacking = await ensemble(members, { method: "stacking", dataset, images, steps: 1 });
 * const [{ image }] = dataset.samples;
 * for (const combined of [voting, stacking]) assert.equal((await combined.segment(image)).labels.data.length, 64 * 64);
 * ```
 */
export function ensemble(members: readonly Segmenter[], options?: EnsembleOptions): Ensemble;
export function ensemble(members: readonly Segmenter[], options: WeightOptions | StackingOptions): Promise<Ensemble>;
export function ensemble(
  members: readonly Segmenter[],
  options: AnyOptions = {},
): Ensemble | Promise<Ensemble> {
  if (members.length === 0) throw new OptionError("An ensemble needs at least one member");
  refuseUnknown(options);
  const tasks = new Set(members.map(({ task }) => task));
  if (tasks.size > 1) throw new OptionError(`The members have the tasks ${[...tasks].join(", ")}: give members of one`);
  const classes = new Set(members.map(({ taskDefinition }) => taskDefinition.scored.join(", ")));
  if (classes.size > 1) {
    throw new OptionError(
      `The members have different classes (${[...classes].join("; ")}): give members with equal ones`,
    );
  }
  if (options.threshold !== undefined) checkShare("threshold", options.threshold);
  if (options.method === "stacking") return fitStacking(members, options);
  if (learnsWeights(options)) return fitWeights(members, options);
  const {
    weights = members.map(() => 1),
    threshold = mean(members.map((member) => member.threshold)),
    objectParameters = sharedParameters(members, options.threshold),
  } = options;
  if (weights.length !== members.length) {
    throw new OptionError(`${weights.length} weights for ${members.length} members: give one for each`);
  }
  if (!weights.every((weight) => weight >= 0 && Number.isFinite(weight)) || !weights.some((weight) => weight > 0)) {
    throw new OptionError(`weights are ${weights.join(", ")}: give numbers from 0 on, one of them above 0`);
  }
  return new SoftVotingEnsemble(members, weights, threshold, objectParameters);
}
