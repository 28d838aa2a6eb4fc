import { join } from "node:path";
import { RunError } from "lib/runs/run_error.ts";
import type { Outcome } from "../outcome.ts";
import { type ImageSource, readMark } from "../result_mark.ts";
import type { PlannedImage, SegmentingOptions } from "../segmenting_options.ts";
import type { EarlierPicture } from "./earlier_pictures.ts";
import { largeFiles, OUTPUTS, pageName, productFiles, RECORDS } from "./outputs.ts";
import { type FileRecord, findProduct, readRecord } from "./record.ts";

/** Largest number of files that a warning names. */
const NAMED = 20;

/** An image as it is now. */
export interface PresentImage {
  pages: number;
  source: ImageSource;
  /** Whether it was segmented part by part: its mask is a TIFF with all pages. */
  isLarge: boolean;
}

/**
 * Removes the results of an image for which it has no place any more: those of pages that it has lost, and the mask in
 * another form, of a level that fits into memory or does not. Next to the new files they would seem to belong to them.
 * Files are removed only if their mark, or the record, says that `predict` wrote them for this image.
 */
export async function removeGone(
  { name }: Pick<PlannedImage, "name">,
  image: PresentImage,
  { output, pictures, suffixes }: Pick<SegmentingOptions, "output" | "pictures" | "suffixes">,
  outcome: Outcome,
): Promise<void> {
  const gone = [
    ...await gonePictures(output, pictures.get(name) ?? [], image),
    ...await goneProducts(output, name, image, suffixes),
  ];
  for (const file of gone) {
    await Deno.remove(join(output, file)).catch((error) => {
      // Another command may have removed it.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  const shown = gone.filter((file) => !file.startsWith(`${RECORDS}/`)).map((file) => join(output, file));
  if (shown.length === 0) return;
  const list = shown.length > NAMED ? `${shown.slice(0, NAMED).join(", ")}, …` : shown.join(", ");
  outcome.warnings.push(
    `${list} ${shown.length > 1 ? "were" : "was"} of other settings, or of an image that has changed: ` +
      `${shown.length > 1 ? "they are" : "it is"} removed`,
  );
}

/** Finds the masks and probabilities as PNG of pages that an image does not have. */
async function gonePictures(
  output: string,
  pictures: readonly EarlierPicture[],
  { pages, source, isLarge }: PresentImage,
): Promise<string[]> {
  const present = new Set(isLarge ? [] : Array.from({ length: pages }, (_, page) => pageName(page, pages)));
  const gone: string[] = [];
  for (const { file, page } of pictures) {
    if (present.has(page)) continue;
    const made = await readSource(join(output, file));
    if (made && (made.place === source.place || made.content === source.content)) gone.push(file);
  }
  return gone;
}

/** Returns the image of which a picture is a result; undefined if no mark names one. */
async function readSource(path: string): Promise<ImageSource | undefined> {
  try {
    return readMark(await Deno.readFile(path))?.source;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Finds the recorded files that no command writes for the image as it is. */
async function goneProducts(
  output: string,
  name: string,
  { pages, source, isLarge }: PresentImage,
  suffixes: readonly string[],
): Promise<string[]> {
  let record: FileRecord | undefined;
  try {
    record = await readRecord(output, name);
  } catch (error) {
    // It is reported when its files are wanted.
    if (!(error instanceof RunError)) throw error;
  }
  if (!record) return [];
  const all = [...OUTPUTS, "report"] as const, { files } = record;
  const possible = new Set(isLarge ? largeFiles(all, suffixes, name, pages) : productFiles(all, name, pages));
  // The probabilities of a large image have the name of a product, but were written with its mask.
  const mask = `${name}_mask.tif`, maps = `${name}_probability.tif`;
  const isOther = !isLarge && suffixes.includes("_probability") && files[mask] && files[maps]?.key === files[mask].key;
  if (isOther) possible.delete(maps);
  const gone: string[] = [];
  for (const file of Object.keys(files)) {
    if (possible.has(file)) continue;
    if (await findProduct(output, file, record, { key: "", source }) === "another result") gone.push(file);
  }
  return gone;
}
