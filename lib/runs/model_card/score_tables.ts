import { escapeMarkdown } from "../../display/escape_markdown.ts";
import { markdownTable } from "../../display/markdown_table.ts";
import { hasName } from "../../io/registry_names.ts";
import { OBJECT_METHODS } from "../object_record.ts";
import type { RunRecord } from "../run_store.ts";

const digits = (value: number) => value.toFixed(3);

/** Returns the table of the scores of each class, with a sentence; none if the task has no classes. */
function classTable({ classScores, testClassScores }: RunRecord): string[] {
  const rows = Object.entries({ validation: classScores, test: testClassScores }).flatMap(([split, scores = {}]) =>
    Object.entries(scores).map(([name, { images, dice, iou }]) => [
      escapeMarkdown(name),
      split,
      images,
      digits(dice),
      digits(iou),
    ])
  );
  if (rows.length === 0) return [];
  return [
    "Of each class, mean over the images in which it occurs, in the truth or in the prediction:",
    markdownTable(["class", "images of", "images", "Dice", "IoU"], rows),
  ];
}

/** Returns the table of the scores of objects, with a sentence; none if the masks number no objects. */
function objectTable({ objects }: RunRecord): string[] {
  if (!objects) return [];
  const rows = Object.entries({ validation: objects.scores, test: objects.testScores }).flatMap(([split, scores]) =>
    Object.entries(scores).map(([method, { images, objects, predicted, imageMeanPrecision, f1 }]) => [
      hasName(OBJECT_METHODS, method) ? OBJECT_METHODS[method] : method,
      split,
      images,
      objects,
      predicted,
      ...[imageMeanPrecision, f1].map((score) => score === null ? "–" : digits(score)),
    ])
  );
  return [
    "Of objects: the mean over the images of their average precision at an IoU of 0.5 to 0.95, and F1 at 0.5 of the objects of all images:",
    markdownTable(["objects by", "images of", "images", "true", "found", "mean AP", "F1"], rows),
  ];
}

/** Returns the paragraphs on the scores of each class and of objects that a run's record has. */
export function partScores(record: RunRecord): string[] {
  return [...classTable(record), ...objectTable(record)];
}
