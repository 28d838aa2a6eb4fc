import { editDistance } from "./edit_distance.ts";

/** Words that differ in capitals, hyphens and underscores alone are one. */
const simplify = (word: string) => word.toLowerCase().replace(/[-_]/g, "");

/** The known word that is nearest to an unknown one. */
export function nearestWord(word: string, known: readonly string[]): string {
  const distance = (other: string) => editDistance(simplify(word), simplify(other));
  return known.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** Whether a word is likely to be meant by another: at most about a third of its letters differ. */
export function isNear(word: string, other: string): boolean {
  return editDistance(simplify(word), simplify(other)) <= Math.max(1, Math.round(simplify(other).length / 3));
}
