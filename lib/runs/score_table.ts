import { BASELINES } from "../evaluate/baselines.ts";
import { hasName } from "../io/registry_names.ts";
import { type Table, table } from "../display/table.ts";
import type { RunRecord } from "./run_store.ts";

/** A run's scores and those of the baselines. */
export function scoreTable({ scores, config }: RunRecord): Table {
  const rowName = (row: string) =>
    row === "model"
      ? `${config.architecture}, ${config.encoder}`
      : hasName(BASELINES, row)
      ? BASELINES[row].label
      : row;
  return table(
    ["method", "Dice", "IoU", "Dice, all pixels", "IoU, all pixels", "images"],
    Object.entries(scores).map(([row, s]) => [rowName(row), s.dice, s.iou, s.microDice, s.microIou, s.images]),
  );
}
