/** Letters of a name, without capitals, digits and gaps. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}]/gu, "");
}

/** Numbers in a name, without leading zeros. */
function numbers(name: string): string {
  return (name.match(/\d+/g) ?? []).map(BigInt).join();
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * The name that looks most like a given one: the same numbers, and letters that differ little. `cell_01` is close to
 * `cell_1`; `cell_2` is not.
 *
 * @returns `undefined` where none is close, or two are equally close
 */
export function closestName<T extends { name: string }>(name: string, candidates: readonly T[]): T | undefined {
  const own = letters(name), number = numbers(name);
  const ranked = candidates
    .filter((candidate) => numbers(candidate.name) === number)
    .map((candidate) => ({ candidate, off: distance(own, letters(candidate.name).slice(0, 200)) }))
    // Where the numbers agree, a word more is no matter.
    .filter(({ candidate, off }) =>
      off <= Math.floor(own.length / 4) ||
      (number !== "" && (letters(candidate.name).includes(own) || own.includes(letters(candidate.name))))
    )
    .sort((a, b) => a.off - b.off);
  return ranked.length > 1 && ranked[0].off === ranked[1].off ? undefined : ranked[0]?.candidate;
}
