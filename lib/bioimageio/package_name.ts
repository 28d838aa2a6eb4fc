/** The specification's shortest and longest name. */
const LENGTHS = [5, 64] as const;

/** Returns a name of the letters, digits, `_`, `+`, `-`, parentheses and spaces that the specification allows. */
export function packageName(wanted: string): string {
  const [shortest, longest] = LENGTHS;
  const name = wanted.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\w+\-() ]+/g, "-").replace(/^-+|-+$/g, "")
    .slice(0, longest);
  return name.length < shortest ? `model ${name}`.trim().padEnd(shortest, "-") : name;
}
