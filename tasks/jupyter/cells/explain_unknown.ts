import { nearestWord } from "lib/io/nearest_word.ts";
import type { Imported } from "./imported_names.ts";

/**
 * Says what to import in the place of a name that an entry of the library does not have.
 *
 * @param entries the names of each entry
 * @returns such as `lib has no "lossCurve": import it from "lib/plots"`
 */
export function explainUnknown(
  { name, module }: Pick<Imported, "name" | "module">,
  entries: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const problem = `${module} has no "${name}"`;
  const home = [...entries].find(([, names]) => names.has(name));
  if (home) return `${problem}: import it from "${home[0]}"`;
  const nearest = nearestWord(name, [...new Set([...entries.values()].flatMap((names) => [...names]))]);
  if (entries.get(module)?.has(nearest)) return `${problem}: did you mean ${nearest}?`;
  const [entry] = [...entries].find(([, names]) => names.has(nearest))!;
  return `${problem}: did you mean ${nearest}, from "${entry}"?`;
}
