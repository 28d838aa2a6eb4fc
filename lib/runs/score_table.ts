import { BASELINES } from "../evaluate/baselines.ts";
import { hasName } from "../io/registry_names.ts";
import { type Table, table } from "../display/table.ts";
import { OBJECT_METHODS } from "./object_record.ts";
import type { RunRecord } from "./run_store.ts";

/** A run's scores and those of the baselines; for a task of several classes, those of each class and their mean too. */
export function scoreTable({ scores, classScores, foregroundScores = {}, config }: RunRecord): Table {
  const isClasses = classScores !== undefined;
  const rowName = (row: string) =>
    row === "model"
      ? `${config.architecture}, ${config.encoder}`
      : hasName(BASELINES, row)
      ? BASELINES[row].label
      : row;
  const rows = [
    ...Object.entries(classScores ?? {}),
    ...Object.entries(scores).map(([row, s]) =>
      [isClasses ? `mean of the classes, ${rowName(row)}` : rowName(row), s] as const
    ),
    ...Object.entries(foregroundScores).map(([row, s]) => [`foreground, ${rowName(row)}`, s] as const),
  ];
  return table(
    ["method", "Dice", "IoU", "Dice, all pixels", "IoU, all pixels", "images"],
    rows.map(([row, s]) => [row, s.dice, s.iou, s.microDice, s.microIou, s.images]),
  );
}

/**
 * The scores of a run's objects by method: mean average precision at 0.5 to 0.95 in both definitions, and scores at 0.5.
 *
 * @returns `undefined` if the run's masks have no object numbers, or the record is of an earlier version
 */
export function objectTable({ objects }: Pick<RunRecord, "objects">): Table | undefined {
  if (!objects) return undefined;
  return table(
    [
      "objects by",
      "mean AP, by image",
      "mean AP, pooled",
      "AP at 0.5",
      "F1 at 0.5",
      "panoptic quality",
      "AJI",
      "found",
      "true",
    ],
    Object.entries(objects.scores).map(([method, s]) => [
      hasName(OBJECT_METHODS, method) ? OBJECT_METHODS[method] : method,
      ...[
        s.imageMeanPrecision,
        s.pooledMeanPrecision,
        s.pooledPrecisions[0],
        s.f1,
        s.panopticQuality,
        s.aggregatedJaccard,
      ].map((score) => score ?? "no object"),
      s.predicted,
      s.objects,
    ]),
  );
}
