import { editDistance } from "./edit_distance.ts";

/** Removes differences in capitals, hyphens and underscores. */
const simplify = (word: string) => word.toLowerCase().replace(/[-_]/g, "");

/** Returns the known word with the smallest edit distance to an unknown one. */
export function nearestWord(word: string, known: readonly string[]): string {
  const distance = (other: string) => editDistance(simplify(word), simplify(other));
  return known.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** Returns whether a word is probably a misspelling of another: at most about a third of its letters differ. */
export function isNear(word: string, other: string): boolean {
  return editDistance(simplify(word), simplify(other)) <= Math.max(1, Math.round(simplify(other).length / 3));
}
