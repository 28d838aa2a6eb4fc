import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { BASELINES } from "../../evaluate/baselines.ts";
import { hasName } from "../../io/registry_names.ts";
import type { RunRecord } from "../run_store.ts";

/** The scores of a model, or of a baseline, on one part of the images. */
export interface CardScore {
  method: string;
  split: "validation" | "test";
  images: number;
  groups: number;
  /** Mean Dice of the images whose Dice is defined. */
  dice: number;
  iou: number;
  /** The 95 % interval of the Dice over groups; absent with fewer than two groups. */
  interval?: Interval;
}

/**
 * Lists the scores in a run's record, with intervals over groups.
 *
 * @param groups the group of each image, by id
 */
export function cardScores(record: RunRecord, groups: ReadonlyMap<string, string>): CardScore[] {
  const parts = [
    { split: "validation", ids: record.data.validation, scores: record.scores, dice: record.imageDice },
    { split: "test", ids: record.data.test, scores: record.testScores, dice: record.testDice },
  ] as const;
  return parts.flatMap(({ split, ids, scores, dice }) =>
    Object.entries(scores).map(([name, { dice: meanDice, iou, images }]): CardScore => {
      const defined = ids.flatMap((id, i) => {
        const value = dice[name]?.[i] ?? null;
        return value === null ? [] : [{ value, group: groups.get(id) ?? id }];
      });
      const among = defined.map(({ group }) => group), count = new Set(among).size;
      return {
        method: name === "model" ? "this model" : hasName(BASELINES, name) ? BASELINES[name].label : name,
        split,
        images,
        groups: count,
        dice: meanDice,
        iou,
        ...(count > 1 && { interval: clusterInterval([defined.map(({ value }) => value)], among) }),
      };
    })
  );
}
