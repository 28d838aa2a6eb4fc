import type { LabelImage } from "lib/images";

/**
 * Counts the objects of each class.
 *
 * @param classes number of classes, without the background
 * @returns one number for each class; empty for labels without classes
 */
export function countClasses({ data, classes: found }: LabelImage, classes: number): number[] {
  if (!found) return [];
  const counts = new Array<number>(classes).fill(0), seen = new Set<number>();
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0 || seen.has(data[i])) continue;
    seen.add(data[i]);
    // The first class is the background.
    counts[found[i] - 1]++;
  }
  return counts;
}
