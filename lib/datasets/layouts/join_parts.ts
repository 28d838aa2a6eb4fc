import { count } from "../../io/count.ts";
import type { Part } from "./folder_role.ts";
import type { ImageSource, Listing } from "./layout.ts";

/** A predefined part of a data set. */
export interface PartListing extends Listing {
  part: Part;
  /** The part's folder, for ids and notes. */
  name: string;
}

function splitNote(part: Part, name: string, images: number): string {
  if (part === "test") return `${count(images, "image")} of ${name} ${images === 1 ? "is" : "are"} the test split`;
  return `${count(images, "image")} of ${name} ${images === 1 ? "is" : "are"} added to the training images: ` +
    "this program draws the folds";
}

/**
 * Joins the parts of a data set: images of `test` become its test split, and those of `val` are added to the training
 * images, from which folds are drawn. An id that occurs in two parts is prefixed with the part's name.
 */
export function joinParts(parts: readonly PartListing[]): Listing {
  const uses = new Map<string, number>();
  for (const { sources } of parts) {
    for (const id of new Set(sources.map((source) => source.id))) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  const sources = parts.flatMap(({ part, name, sources }) =>
    sources.map((source): ImageSource => ({
      ...source,
      id: uses.get(source.id)! > 1 ? `${name}_${source.id}` : source.id,
      split: part === "test" ? "test" : "train",
    }))
  );
  const notes = parts.filter(({ part }) => part !== "train").flatMap(({ part, name, sources }) => {
    const images = sources.filter(({ problem }) => !problem).length;
    return images > 0 ? [splitNote(part, name, images)] : [];
  });
  const renamed = [...uses].filter(([, times]) => times > 1).length;
  if (renamed > 0) {
    const [example] = [...uses].find(([, times]) => times > 1)!;
    notes.push(
      `${count(renamed, "name is", "names are")} used in several parts: such ids begin with the part's name ` +
        `("${parts[0].name}_${example}")`,
    );
  }
  return { sources, notes: [...notes, ...parts.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`))] };
}
