import { BASELINES } from "../evaluate/baselines.ts";
import { hasName } from "../io/registry_names.ts";
import { type Table, table } from "../display/table.ts";
import type { RunRecord } from "./run_store.ts";

/** A run's scores and those of the baselines; for a task of several classes, those of each class and their mean too. */
export function scoreTable({ scores, classScores = {}, foregroundScores = {}, config }: RunRecord): Table {
  const isClasses = Object.keys(classScores).length > 0;
  const rowName = (row: string) =>
    row === "model"
      ? `${config.architecture}, ${config.encoder}`
      : hasName(BASELINES, row)
      ? BASELINES[row].label
      : row;
  const rows = [
    ...Object.entries(classScores),
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
