import type { LabelImage } from "lib/images";
import { labelClasses } from "../../predict/files/describe_page.ts";

/**
 * Counts the objects of each class.
 *
 * @param classes number of classes, without the background
 * @returns one number for each class; empty for labels without classes
 */
export function countByClass(labels: LabelImage, classes: number): number[] {
  if (!labels.classes) return [];
  const counts = new Array<number>(classes).fill(0);
  // The first class is the background.
  for (const each of labelClasses(labels).values()) counts[each - 1]++;
  return counts;
}
