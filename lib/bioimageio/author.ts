/**
 * Returns what is wrong with the name of a package's author, or `undefined`. The specification refuses slashes.
 *
 * @returns half a sentence: `write it without slashes, such as "A and B Lab"`
 */
export function authorProblem(author: string): string | undefined {
  if (!author.trim()) return "give a name";
  if (/[/\\]/.test(author)) return `write it without slashes, such as "${author.replace(/\s*[/\\]+\s*/g, " and ")}"`;
}
