import { editDistance } from "../../io/edit_distance.ts";

/** Returns a name's letters in lower case, without digits and separators. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}]/gu, "");
}

/** Returns the numbers in a name, without leading zeros. */
function numbers(name: string): string {
  return (name.match(/\d+/g) ?? []).map(BigInt).join();
}

/** Returns whether a longer name is a shorter one plus a word: `a` and `a_final`. */
function isExtended(short: string, long: string): boolean {
  return long.toLowerCase().startsWith(short.toLowerCase()) && /^[ _.-]/.test(long.slice(short.length));
}

/**
 * Finds the name that is most similar to a given one: with the same numbers and similar letters. `cell_01` is close to
 * `cell_1`; `cell_2` is not.
 *
 * @returns `undefined` if none is close, or two are equally close
 */
export function closestName<T extends { name: string }>(name: string, candidates: readonly T[]): T | undefined {
  const target = letters(name), number = numbers(name);
  const ranked = candidates
    .filter((candidate) => numbers(candidate.name) === number)
    .map((candidate) => ({ candidate, text: letters(candidate.name) }))
    .map(({ candidate, text }) => ({ candidate, text, edits: editDistance(target, text.slice(0, 200)) }))
    // If the numbers agree, an additional word is allowed.
    .filter(({ candidate, text, edits }) =>
      edits <= Math.floor(target.length / 4) ||
      (number !== "" && (text.includes(target) || target.includes(text))) ||
      // An additional word after a separator is allowed too.
      isExtended(name, candidate.name) || isExtended(candidate.name, name)
    )
    .sort((a, b) => a.edits - b.edits);
  return ranked.length > 1 && ranked[0].edits === ranked[1].edits ? undefined : ranked[0]?.candidate;
}
