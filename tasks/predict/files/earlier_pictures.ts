import { dirname, join } from "node:path";
import { isTooLong } from "../too_long.ts";

/** A mask or a map of probabilities as PNG, which may be one of the images to segment. */
export interface EarlierPicture {
  /** Path below the output folder. */
  file: string;
  /** The part of a page in its name, such as `#2`; empty for the only page. */
  page: string;
}

/** The pictures of each image, by the path of its results below the output folder, without an ending. */
export type EarlierPictures = ReadonlyMap<string, readonly EarlierPicture[]>;

const PICTURE = /^(.+?)(#\d+)?_(?:mask|probability)\.png$/s;

/**
 * Lists the pictures in the output folder whose names fit images. Whether an image is theirs is in their marks.
 *
 * @param names paths of the images' results below the output folder, without an ending
 */
export async function listPictures(output: string, names: readonly string[]): Promise<EarlierPictures> {
  const pictures = new Map<string, EarlierPicture[]>(names.map((name) => [name, []]));
  for (const folder of new Set(names.map((name) => dirname(name)))) {
    const place = (name: string) => folder === "." ? name : `${folder}/${name}`;
    for (const file of await fileNames(join(output, folder))) {
      const [, name, page = ""] = PICTURE.exec(file) ?? [];
      if (name === undefined) continue;
      pictures.get(place(name))?.push({ file: place(file), page });
      // The name of an image may end like that of a page.
      if (page) pictures.get(place(name + page))?.push({ file: place(file), page: "" });
    }
  }
  return pictures;
}

/** Returns the names of the files in a folder, which may not exist. */
async function fileNames(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).flatMap(({ isFile, name }) => isFile ? [name] : []);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory || isTooLong(error)) return [];
    throw error;
  }
}
