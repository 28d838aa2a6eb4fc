import { editDistance } from "../../io/edit_distance.ts";

/** Letters of a name, without capitals, digits and gaps. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}]/gu, "");
}

/** Numbers in a name, without leading zeros. */
function numbers(name: string): string {
  return (name.match(/\d+/g) ?? []).map(BigInt).join();
}

/** Whether a longer name is a shorter one and a word more: `a` and `a_final`. */
function isExtended(short: string, long: string): boolean {
  return long.toLowerCase().startsWith(short.toLowerCase()) && /^[ _.-]/.test(long.slice(short.length));
}

/**
 * The name that looks most like a given one: the same numbers, and letters that differ little. `cell_01` is close to
 * `cell_1`; `cell_2` is not.
 *
 * @returns `undefined` where none is close, or two are equally close
 */
export function closestName<T extends { name: string }>(name: string, candidates: readonly T[]): T | undefined {
  const wanted = letters(name), number = numbers(name);
  const ranked = candidates
    .filter((candidate) => numbers(candidate.name) === number)
    .map((candidate) => ({ candidate, text: letters(candidate.name) }))
    .map(({ candidate, text }) => ({ candidate, text, edits: editDistance(wanted, text.slice(0, 200)) }))
    // Where the numbers agree, a word more is no matter.
    .filter(({ candidate, text, edits }) =>
      edits <= Math.floor(wanted.length / 4) ||
      (number !== "" && (text.includes(wanted) || wanted.includes(text))) ||
      // A word more, set apart, is the same name with a note.
      isExtended(name, candidate.name) || isExtended(candidate.name, name)
    )
    .sort((a, b) => a.edits - b.edits);
  return ranked.length > 1 && ranked[0].edits === ranked[1].edits ? undefined : ranked[0]?.candidate;
}
