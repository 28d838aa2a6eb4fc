import { join } from "node:path";
import { z } from "zod";
import type { Comparison } from "../../evaluate/paired_comparison.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { measuredCoverage } from "../../evaluate/measured_coverage.ts";
import { architectureLabel, ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import { registryNames } from "../../io/registry_names.ts";
import { readRecord } from "../../runs/record_file.ts";
import { showScore } from "../claims/show_interval.ts";
import { COMMITTED } from "../find_study.ts";
import { judged } from "./judged.ts";

const Architecture = z.enum(registryNames(ARCHITECTURES));
/** An interval, whose coverage is that of its numbers of groups and trainings. */
const Score = z.object({
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  groups: z.int().positive(),
  trainings: z.int().positive(),
}).transform((score): Interval => ({ ...score, coverage: measuredCoverage(score.groups, score.trainings) }));
const Difference = z.object({ difference: Score, detectable: z.number() });

/** Schema of the scores of networks after trainings of several lengths, on the validation images of one fold. */
export const TrainingLengths = z.object({
  data: z.string(),
  images: z.int().positive(),
  fold: z.int().nonnegative(),
  seeds: z.array(z.int()),
  lengths: z.array(z.object({
    epoch: z.int().positive(),
    steps: z.int().positive(),
    /** Mean Dice of each network, by its architecture. */
    members: z.record(z.string(), Score),
    /** The network with the best Dice on the test split, for each seed. */
    best: z.array(Architecture),
    /** Mean Dice of soft voting. */
    vote: Score,
    voteMinusMean: Difference,
    voteMinusBest: Difference,
    /** UNet less each other network, by its architecture. */
    unetMinus: z.record(z.string(), Difference),
  })).min(1),
});
/** The scores of networks after trainings of several lengths. */
export type TrainingLengths = z.output<typeof TrainingLengths>;

/** The scores after one length of training. */
type TrainingLength = TrainingLengths["lengths"][number];

/** The record's name in its folder. */
export const LENGTHS_FILE = "training-length.json";

/**
 * Opens the world "trained out", which comes with the project: four networks from scratch on real images, scored after 88 to
 * 2,420 steps of one training.
 *
 * @param folder of the record. Default: `results/committed/fluo-trained-out/`
 * @returns `undefined` if there is none
 * @throws {RunError} if the record is damaged.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openTrainingLengths } from "lib/study";
 *
 * const { lengths } = (await openTrainingLengths())!;
 * assert.ok(lengths.at(-1)!.members.unet.estimate > 0.8);
 * ```
 */
export async function openTrainingLengths(
  folder = join(COMMITTED, "fluo-trained-out"),
): Promise<TrainingLengths | undefined> {
  return await readRecord(join(folder, LENGTHS_FILE), TrainingLengths, {
    advice: "make it again with bench/training_length.ts",
  });
}

/**
 * Makes the rows of a table with a column for each length of training: the Dice of each network and of their vote, and
 * the differences between them.
 *
 * @returns the row of the steps, and the others; each begins with its name
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openTrainingLengths, trainingLengthRows } from "lib/study";
 *
 * assert.deepEqual(trainingLengthRows((await openTrainingLengths())!)[0].slice(0, 3), ["", "88 steps", "132 steps"]);
 * ```
 */
export function trainingLengthRows({ lengths }: TrainingLengths): [head: string[], ...rows: string[][]] {
  const row = (name: string, cell: (length: TrainingLength) => string) => [name, ...lengths.map(cell)];
  const judge = (
    name: string,
    pick: (length: TrainingLength) => Pick<Comparison, "difference" | "detectable">,
  ) => row(name, (length) => judged(pick(length)));
  const others = Object.keys(lengths[0].unetMinus);
  return [
    row("", ({ steps }) => `${steps} steps`),
    ...Object.keys(lengths[0].members).map((name) =>
      row(architectureLabel(name), ({ members }) => showScore(members[name]))
    ),
    row("soft voting", ({ vote }) => showScore(vote)),
    ...others.map((name) => judge(`UNet − ${architectureLabel(name)}`, ({ unetMinus }) => unetMinus[name])),
    judge("soft voting − mean member", ({ voteMinusMean }) => voteMinusMean),
    judge("soft voting − best single member", ({ voteMinusBest }) => voteMinusBest),
  ];
}
