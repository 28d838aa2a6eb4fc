import { numberClassParts } from "../../evaluate/class_parts.ts";
import { count } from "../../io/count.ts";
import { listChoices } from "../../io/explain_issue.ts";
import type { LabelImage } from "../../images/image.ts";
import type { Dataset } from "../dataset.ts";
import type { Finding } from "./findings.ts";

/** Largest number of values in masks that look like classes. */
const MOST = 8;
/** Minimum share of the masks that have a value, and of these in which it has several parts. */
const USUAL = 0.5;

/** Returns the values of a mask, or `undefined` if there are more than classes have. */
function fewValues({ data }: LabelImage): Set<number> | undefined {
  const values = new Set<number>();
  for (const value of data) if (!values.has(value) && values.add(value).size > MOST + 1) return undefined;
  return values;
}

/** Returns whether a value has several unconnected parts. */
function isScattered(labels: LabelImage, value: number): boolean {
  return numberClassParts(Uint8Array.from(labels.data, (found) => found === value ? 1 : 0), labels, 2).count > 1;
}

/**
 * Returns the values of masks that look like classes: few values, the same in most masks, with several unconnected parts
 * each, while the number of an object is in one place. Empty if they look like objects.
 */
export function classValues(masks: readonly LabelImage[]): number[] {
  const found = masks.map(fewValues);
  if (masks.length < 2 || found.includes(undefined)) return [];
  const sets = found as Set<number>[];
  const all = [...sets.reduce((union, values) => union.union(values))].sort((a, b) => a - b);
  // Without 0, the lowest value is the background.
  const values = all.slice(1);
  if (values.length < 2 && all[0] === 0 || values.length < 1 || values.length > MOST) return [];
  const usual = values.filter((value) => {
    const having = masks.filter((_, i) => sets[i].has(value));
    if (having.length < USUAL * masks.length) return false;
    return having.filter((labels) => isScattered(labels, value)).length >= USUAL * having.length;
  });
  return usual.length >= Math.min(2, values.length) ? all : [];
}

/** Names the classes of a data set, or warns if its masks look like classes that are not named. */
export function classFindings({ samples, classes }: Dataset): Finding[] {
  if (!classes) {
    const values = classValues(samples.map(({ labels }) => labels));
    if (values.length === 0) return [];
    return [{
      severity: "warning",
      message:
        `The values ${listChoices(values.map(String)).replace(" or ", " and ")} are in most of the ${
          count(samples.length, "mask")
        }, in several places each: these look like classes. Name them in classes.json and train with -p task=classes, as ` +
        "each value counts as one object here",
      ids: [],
    }];
  }
  const [first, ...others] = classes;
  const background = first === "background"
    ? first
    : `${first} (the background, which is neither scored nor an object)`;
  const findings: Finding[] = [
    { severity: "note", message: `Classes: ${[background, ...others].join(", ")}`, ids: [] },
  ];
  const seen = new Set<number>();
  for (const { labels } of samples) for (const found of labels.classes!) seen.add(found);
  const missing = classes.filter((_, c) => !seen.has(c));
  if (missing.length > 0) {
    findings.unshift({
      severity: "warning",
      message: `No mask has the ${missing.length > 1 ? "classes" : "class"} ${missing.join(", ")}`,
      ids: [],
    });
  }
  return findings;
}
