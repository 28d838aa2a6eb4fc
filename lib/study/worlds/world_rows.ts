import { count } from "../../io/count.ts";
import { listWords } from "../../display/list_words.ts";
import { differenceVerdict } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import { architectureLabel, ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import { hasName } from "../../io/registry_names.ts";
import { bestKinds, lossLabel } from "../answers/network_kinds.ts";
import { undecidedReason, verdictWords } from "../claims/difference_words.ts";
import { showDifference, showInterval, showNumber } from "../claims/show_interval.ts";
import { compareEnsembles, compareLosses, meanMemberDice } from "../compare/comparisons.ts";
import { compareLossSeeds } from "../compare/loss_seeds.ts";
import type { Comparison } from "../../evaluate/paired_comparison.ts";
import { comparePrecisions } from "../compare/precision_comparisons.ts";
import { bestTuned, compareTuned, compareTunedLosses } from "../compare/tuned_comparisons.ts";
import { labelFor } from "../labels.ts";
import { startWords } from "../report/study_lines.ts";
import type { Study } from "../study.ts";
import { groupSpread, trainingSpread } from "./spreads.ts";
import type { World } from "./worlds.ts";

/** A row of the table: its name, and the cell of a study; `undefined` is what a study did not measure. */
interface Row {
  name: string;
  cell(study: Study): string | undefined;
}

/** Writes a difference with its verdict on the trained networks, and whether that holds for the method too. */
function judged({ difference, detectable }: Pick<Comparison, "difference" | "detectable">): string {
  const words = `${showDifference(difference)}: ${verdictWords(difference, detectable)}`;
  const isOpen = differenceVerdict(difference) === "inconclusive" || undecidedReason(difference);
  return isOpen ? words : `${words}, for the method too`;
}

const baseline = (id: "otsu" | "all-foreground"): Row => ({
  name: labelFor(id),
  cell: ({ analysis }) => {
    const dice = analysis.baselines[id]?.outOfFold;
    return dice && showNumber(mean(dice));
  },
});

/** What each table begins with: the data, the training, the baselines and both spreads. */
const FRAME: readonly Row[] = [
  { name: "images, groups", cell: ({ analysis: { dataset } }) => `${dataset.images}, ${dataset.groups}` },
  { name: "encoder", cell: (study) => [study.analysis.encoder, startWords(study)].filter(Boolean).join(", ") },
  { name: "steps", cell: ({ analysis }) => String(analysis.steps) },
  baseline("all-foreground"),
  baseline("otsu"),
  {
    name: "spread over groups (standard error of the best network's mean, out of fold)",
    cell: ({ analysis }) => showNumber(groupSpread(analysis)),
  },
  {
    name: "spread over trainings (standard deviation over seeds, first fold)",
    cell: (study) => {
      const spread = trainingSpread(study);
      return spread === undefined ? undefined : showNumber(spread);
    },
  },
];

/** The rows of a network: the Dice of an architecture with the better of its losses. */
const networkRow = (architecture: string): Row => ({
  name: architectureLabel(architecture),
  cell: ({ analysis }) => {
    const kind = bestKinds(analysis).find((each) => each.architecture === architecture);
    return kind && `${showNumber(kind.estimate)} with ${lossLabel(kind.loss)}`;
  },
});

const ensembleRow = (id: string): Row => ({
  name: `${labelFor(id)} − best single member`,
  cell: ({ analysis }) => {
    const found = compareEnsembles(analysis, "outOfFold").find((each) => each.id === id);
    return found && judged(found.versusBest);
  },
});

/** An ensemble and the best single member, each at thresholds tuned on the other folds. */
const tunedRow = (id: string): Row => ({
  name: `${labelFor(id)} − best single member, at tuned thresholds`,
  cell: ({ analysis }) => {
    const found = compareTuned(analysis).find((each) => each.id === id);
    return found && judged(found.versusBest);
  },
});

const ENSEMBLES: readonly Row[] = [
  { name: "mean member", cell: ({ analysis }) => showNumber(mean(meanMemberDice(analysis, "outOfFold"))) },
  {
    name: "soft voting − mean member",
    cell: ({ analysis }) => {
      const vote = compareEnsembles(analysis, "outOfFold").find(({ id }) => id === "soft-voting");
      return vote && showInterval(vote.versusMean.difference);
    },
  },
  ...["soft-voting", "greedy-selection", "shallow-cnn", "residual"].map(ensembleRow),
  {
    name: "best single member at tuned thresholds",
    cell: ({ analysis }) => {
      const best = bestTuned(analysis);
      return best && `${showNumber(mean(best.dice))} (${listWords(best.names)})`;
    },
  },
  {
    name: "soft voting − mean member, at tuned thresholds",
    cell: ({ analysis }) => {
      const vote = compareTuned(analysis).find(({ id }) => id === "soft-voting");
      return vote && showInterval(vote.versusMean.difference);
    },
  },
  ...["soft-voting", "shallow-cnn", "residual"].map(tunedRow),
  {
    name: "soft voting − best single member, precision of objects",
    cell: ({ analysis }) => {
      const vote = comparePrecisions(analysis).find(({ id }) => id === "soft-voting");
      return vote && judged(vote.versusBest);
    },
  },
];

const lossRow = (architecture: string): Row => ({
  name: architecture === "all" ? "BCE − focal, mean of all" : `BCE − focal, ${architectureLabel(architecture)}`,
  cell: ({ analysis }) => {
    const found = compareLosses(analysis).find((each) => each.architecture === architecture);
    return found && judged(found);
  },
});

const TUNED_LOSSES: Row = {
  name: "BCE − focal, mean of all, at tuned thresholds",
  cell: ({ analysis }) => {
    const all = compareTunedLosses(analysis).at(-1);
    return all && judged(all);
  },
};

const seedRow = (architecture: string): Row => ({
  name: `BCE − focal, ${architectureLabel(architecture)}, seeds of the first fold`,
  cell: (study) => {
    const found = compareLossSeeds(study).find((each) => each.architecture === architecture);
    return found && `${count(found.bce.length, "seed")}: ${judged(found.comparison)}`;
  },
});

/** Returns the architectures of the worlds' members, in the order of the registry. */
function architectures(worlds: readonly World[]): string[] {
  const used = new Set(worlds.flatMap(({ study }) => study.analysis.members.map(({ architecture }) => architecture)));
  return Object.keys(ARCHITECTURES).filter((name) => hasName(ARCHITECTURES, name) && used.has(name));
}

/** The subjects of a table of worlds. */
export type WorldTopic = "networks" | "ensembles" | "losses";

/**
 * Makes the rows of a table that sets worlds side by side, a column each: their data and training, the baselines, the spread
 * over groups and over trainings, and the differences of a topic with their verdicts. A verdict is on the trained networks;
 * where it holds for the method too, it says so.
 *
 * @param worlds of {@linkcode openWorlds}
 * @returns rows of the row's name and a cell per world; "–" is what a study did not measure
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openWorlds, worldRows } from "lib/study";
 *
 * const worlds = (await openWorlds()).filter(({ name }) => name === "dsb2018_fluo");
 * const rows = new Map(worldRows(worlds, "ensembles").map(([name, cell]) => [name, cell]));
 * assert.equal(rows.get("images, groups"), "309, 121");
 * assert.match(rows.get("soft voting − best single member")!, /^−0\.015 .*: worse$/);
 * ```
 */
export function worldRows(worlds: readonly World[], topic: WorldTopic): string[][] {
  const rows = {
    networks: architectures(worlds).map(networkRow),
    ensembles: ENSEMBLES,
    losses: [...[...architectures(worlds), "all"].map(lossRow), TUNED_LOSSES, ...architectures(worlds).map(seedRow)],
  }[topic];
  return [...FRAME, ...rows].map(({ name, cell }) => [name, ...worlds.map(({ study }) => cell(study) ?? "–")]);
}
