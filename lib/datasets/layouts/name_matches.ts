import { DatasetError } from "../dataset.ts";
import type { ImageFile } from "./image_files.ts";
import { baseName } from "./image_name.ts";

/** The assignment of names in a table to images. */
export interface NameMatches {
  /** The name in the table of each image that it contains. */
  names: Map<ImageFile, string>;
  /** Names without an image. */
  unknown: string[];
}

/** Joins the first two texts of a list, which suffice for a message. */
function firstTwo(texts: readonly string[], word: string): string {
  return texts.slice(0, 2).join(` ${word} `);
}

/**
 * Finds the images that a table names. A name is a path relative to the folder of images or to the table's folder.
 * Otherwise only its last part is compared, if only one name and only one image have it.
 *
 * @param names plain names, without extensions
 * @param images the images with their folder; `name` is the folder's path relative to the table
 * @param table path of the table, for messages
 * @throws {DatasetError} if a name could mean several images, or several names one image.
 */
export function matchNames(
  names: Iterable<string>,
  { images, name: folder }: { images: readonly ImageFile[]; name: string },
  table: string,
): NameMatches {
  const given = new Set(names), matches = new Map<ImageFile, string>();
  for (const image of images) {
    const name = [image.name, `${folder}/${image.name}`].find((candidate) => given.has(candidate));
    if (name !== undefined) matches.set(image, name);
  }
  const namesByEnd = Map.groupBy(given, baseName);
  const imagesByEnd = Map.groupBy(images, ({ name }) => baseName(name));
  const matched = new Set(matches.values()), unknown: string[] = [];
  for (const name of given) {
    if (matched.has(name)) continue;
    const alike = imagesByEnd.get(baseName(name)) ?? [];
    const free = alike.filter((image) => !matches.has(image));
    const rivals = namesByEnd.get(baseName(name))!.filter((rival) => !matched.has(rival));
    if (free.length === 0) unknown.push(name);
    else if (alike.length === 1 && rivals.length === 1) matches.set(free[0], name);
    else {
      throw new DatasetError(
        `${table} names ${firstTwo(rivals.map((rival) => `"${rival}"`), "and")}, which could mean ` +
          `${firstTwo(free.map(({ path }) => path), "or")}: give the path in the folder of images ("${free[0].name}")`,
      );
    }
  }
  return { names: matches, unknown };
}
