import { count } from "../../io/count.ts";
import { mean } from "../../math/mean.ts";
import { architectureLabel, ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import { registryNames } from "../../io/registry_names.ts";
import { bestKinds, lossLabel } from "../answers/network_kinds.ts";
import { showInterval, showNumber } from "../claims/show_interval.ts";
import { compareSeedsWithControl, compareWithControl } from "../compare/control_comparisons.ts";
import { compareEnsembles, compareLosses, meanMemberDice } from "../compare/comparisons.ts";
import { compareLossSeeds } from "../compare/loss_seeds.ts";
import { loneNote } from "../compare/lone_selection.ts";
import { compareObjectScores } from "../compare/object_comparisons.ts";
import { comparePrecisions } from "../compare/precision_comparisons.ts";
import { seedNull } from "../compare/seed_null.ts";
import { bestTuned, compareTuned, compareTunedLosses, showMembers } from "../compare/tuned_comparisons.ts";
import { labelFor } from "../labels.ts";
import { startWords } from "../report/study_lines.ts";
import type { Study } from "../study.ts";
import { usualLoss } from "../usual_loss.ts";
import { judged } from "./judged.ts";
import { groupSpread, trainingSpread } from "./spreads.ts";
import type { World } from "./worlds.ts";

/** The cells of a study by the names of their rows; `undefined` is what a study did not measure. */
type Cells = Record<string, string | undefined>;

/** What each table begins with: the data, the training, the baselines and both spreads. */
function frameCells(study: Study): Cells {
  const { analysis } = study, { dataset, baselines } = analysis, spread = trainingSpread(study);
  return {
    "images, groups": `${dataset.images}, ${dataset.groups}`,
    encoder: [analysis.encoder, startWords(study)].filter(Boolean).join(", "),
    steps: String(analysis.steps),
    ...Object.fromEntries(
      ["all-foreground", "otsu"].map((
        id,
      ) => [labelFor(id), baselines[id] && showNumber(mean(baselines[id].outOfFold))]),
    ),
    "spread over groups (standard error of the best network's mean, out of fold)": showNumber(groupSpread(analysis)),
    "spread over trainings (standard deviation over seeds, first fold)": spread === undefined
      ? undefined
      : showNumber(spread),
  };
}

/**
 * How many pairs of trainings of one recipe count as different, and the Dice of each architecture with the loss that is best on
 * the scored images.
 */
function networkCells(study: Study, architectures: readonly string[]): Cells {
  const kinds = bestKinds(study.analysis), seeds = seedNull(study);
  return {
    "pairs of seeds of one recipe that the margin calls better or worse": seeds &&
      `${seeds.decided} of ${seeds.pairs}`,
    ...Object.fromEntries(architectures.map((architecture) => {
      const kind = kinds.find((each) => each.architecture === architecture);
      return [architectureLabel(architecture), kind && `${showNumber(kind.estimate)} with ${lossLabel(kind.loss)}`];
    })),
  };
}

/** What the initial weights of a world gain over those of its control. */
function controlCells({ control, study }: World, worlds: readonly World[], architectures: readonly string[]): Cells {
  const other = worlds.find(({ name }) => name === control)?.study;
  const found = other ? compareWithControl(study.analysis, other.analysis) : [];
  const tuned = other ? compareWithControl(study.analysis, other.analysis, ({ tunedOutOfFold }) => tunedOutOfFold) : [];
  const seeds = other ? compareSeedsWithControl(study, other) : [], loss = usualLoss(study.analysis.task);
  const show = (compared: typeof found, wanted: string) => {
    const one = compared.find(({ architecture }) => architecture === wanted);
    return one && judged(one.comparison);
  };
  return {
    ...Object.fromEntries(architectures.map((name) => [
      `${architectureLabel(name)} − the same network in the control, mean of both losses`,
      show(found, name),
    ])),
    "mean of all − the control": show(found, "all"),
    "mean of all − the control, at tuned thresholds": show(tuned, "all"),
    ...Object.fromEntries(architectures.map((name) => {
      const one = seeds.find((each) => each.architecture === name && each.loss === loss);
      return [
        `${architectureLabel(name)} with ${lossLabel(loss)} − the same network in the control, seeds of the first fold`,
        one && `${count(one.ours.length, "seed")}: ${judged(one.comparison)}`,
      ];
    })),
  };
}

/** Adds to the cell of an ensemble where it is one network. */
function withNote(cell: string, analysis: Study["analysis"], id: string): string {
  const note = loneNote(analysis, id);
  return note ? `${cell}; ${note}` : cell;
}

/** What the objects of the votes gain: by the mean over images and pooled over all objects, which may differ in sign. */
function objectCells({ analysis }: Study): Cells {
  const means = comparePrecisions(analysis), counted = compareObjectScores(analysis);
  return Object.fromEntries(["soft-voting", "greedy-selection"].flatMap((wanted) => {
    const isWanted = ({ id }: { id: string }) => id === wanted, name = `${labelFor(wanted)} − best single member`;
    const perImage = means.find(isWanted)?.versusBest, pooled = counted.find(isWanted)?.scores.pooledPrecision50;
    return [
      [`${name}, mean average precision of objects`, perImage && withNote(judged(perImage), analysis, wanted)],
      [
        `${name}, pooled average precision of objects at an IoU of 0.5`,
        pooled && withNote(judged(pooled), analysis, wanted),
      ],
    ];
  }));
}

/** What the ensembles gain, at a threshold of 0.5 and at tuned thresholds, and by their objects. */
function ensembleCells(study: Study): Cells {
  const { analysis } = study;
  const half = compareEnsembles(analysis, "outOfFold"), tuned = compareTuned(analysis), best = bestTuned(analysis);
  const isVote = ({ id }: { id: string }) => id === "soft-voting";
  const gain = (compared: typeof half) => {
    const vote = compared.find(isVote);
    return vote && showInterval(vote.versusMean.difference);
  };
  const versusBest = (compared: typeof half, ids: readonly string[], where = "") =>
    Object.fromEntries(ids.map((id) => {
      const found = compared.find((each) => each.id === id);
      return [
        `${labelFor(id)} − best single member${where}`,
        found && withNote(judged(found.versusBest), analysis, id),
      ];
    }));
  return {
    "mean member": showNumber(mean(meanMemberDice(analysis, "outOfFold"))),
    "soft voting − mean member": gain(half),
    ...versusBest(half, ["soft-voting", "greedy-selection", "shallow-cnn", "residual"]),
    "best single member at tuned thresholds": best && `${showNumber(mean(best.dice))} (${showMembers(best.names)})`,
    "soft voting − mean member, at tuned thresholds": gain(tuned),
    ...versusBest(tuned, ["soft-voting", "shallow-cnn", "residual"], ", at tuned thresholds"),
    ...objectCells(study),
  };
}

/** BCE less focal loss: out of fold, at tuned thresholds, and over the seeds of the first fold. */
function lossCells(study: Study, architectures: readonly string[]): Cells {
  const losses = compareLosses(study.analysis), seeds = compareLossSeeds(study);
  const tuned = compareTunedLosses(study.analysis).at(-1);
  return {
    ...Object.fromEntries([...architectures, "all"].map((architecture) => {
      const found = losses.find((each) => each.architecture === architecture);
      const name = architecture === "all" ? "mean of all" : architectureLabel(architecture);
      return [`BCE − focal, ${name}`, found && judged(found)];
    })),
    "BCE − focal, mean of all, at tuned thresholds": tuned && judged(tuned),
    ...Object.fromEntries(architectures.map((architecture) => {
      const found = seeds.find((each) => each.architecture === architecture);
      return [
        `BCE − focal, ${architectureLabel(architecture)}, seeds of the first fold`,
        found && `${count(found.bce.length, "seed")}: ${judged(found.comparison)}`,
      ];
    })),
  };
}

/** The subjects of a table of worlds. */
export type WorldTopic = "networks" | "ensembles" | "losses";

/**
 * Makes the rows of a table that sets worlds side by side, a column each: their data and training, the baselines, the spread
 * over groups and over trainings, and the differences of a topic with their verdicts. A verdict is on the trained networks;
 * where it holds for the method too, it says so.
 * Networks have the loss that is best on the scored images, which the cell names.
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
  const used = new Set(worlds.flatMap(({ study }) => study.analysis.members.map(({ architecture }) => architecture)));
  const architectures = registryNames(ARCHITECTURES).filter((name) => used.has(name));
  const topicCells = { networks: networkCells, ensembles: ensembleCells, losses: lossCells }[topic];
  const isControlled = topic === "networks" &&
    worlds.some(({ control }) => worlds.some(({ name }) => name === control));
  const cells = worlds.map((world) => ({
    ...frameCells(world.study),
    ...topicCells(world.study, architectures),
    ...(isControlled && controlCells(world, worlds, architectures)),
  }));
  return Object.keys(cells[0] ?? {}).map((name) => [name, ...cells.map((each) => each[name] ?? "–")]);
}
