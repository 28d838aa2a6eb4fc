/** A word as a shell takes it: in quotes where it holds more than letters, digits and signs that mean nothing there. */
export function shellWord(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
