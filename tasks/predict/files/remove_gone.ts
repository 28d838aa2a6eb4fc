import { join } from "node:path";
import { RunError } from "lib/runs/run_error.ts";
import type { Outcome } from "../outcome.ts";
import { type ImageSource, readMark, type ResultMark } from "../result_mark.ts";
import type { PlannedImage, SegmentingOptions } from "../segmenting_options.ts";
import type { EarlierPicture } from "./earlier_pictures.ts";
import { largeFiles, OUTPUTS, pageName, productFiles, RECORDS } from "./outputs.ts";
import { type FileRecord, findProduct, type Origin, readRecord } from "./record.ts";

/** Largest number of files that a warning names. */
const NAMED = 20;

/** An image as it is now. */
export interface PresentImage {
  pages: number;
  source: ImageSource;
  /** Whether it was segmented part by part: its mask is a TIFF with all pages. */
  isLarge: boolean;
  /** What decides the content of its files now; absent if a page failed, so that earlier files may still be wanted. */
  origin?: Origin;
  /** Computes the key of the pictures of a page, counted from 0; absent likewise, and of an image in parts. */
  key?(page: number): Promise<string>;
}

/**
 * Removes the results of an image for which it has no place any more: those of pages that it has lost, the mask in
 * another form, of a level that fits into memory or does not, and files of other settings that the command does not make
 * anew. Next to the new files they would seem to belong to them.
 * Files are removed only if their mark, or the record, says that `predict` wrote them for this image.
 */
export async function removeGone(
  { name }: Pick<PlannedImage, "name">,
  image: PresentImage,
  { output, pictures, suffixes, products }: Pick<SegmentingOptions, "output" | "pictures" | "suffixes" | "products">,
  outcome: Outcome,
): Promise<void> {
  const gone = [
    ...await gonePictures(output, pictures.get(name) ?? [], suffixes, image),
    ...await goneProducts(output, name, image, { suffixes, products }),
  ];
  for (const file of gone) {
    await Deno.remove(join(output, file)).catch((error) => {
      // Another command may have removed it.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  const shown = gone.filter((file) => !file.startsWith(`${RECORDS}/`)).map((file) => join(output, file));
  if (shown.length === 0) return;
  outcome.removed += shown.length;
  const list = shown.length > NAMED ? `${shown.slice(0, NAMED).join(", ")}, …` : shown.join(", ");
  outcome.warnings.push(
    `${list} ${shown.length > 1 ? "were" : "was"} of other settings, or of an image that has changed: ` +
      `${shown.length > 1 ? "they are" : "it is"} removed`,
  );
}

/** Finds the masks and probabilities as PNG of pages that an image does not have, or of settings that are not those of its masks. */
async function gonePictures(
  output: string,
  pictures: readonly EarlierPicture[],
  suffixes: readonly string[],
  { pages, source, isLarge, key }: PresentImage,
): Promise<string[]> {
  const present = new Map(isLarge ? [] : Array.from({ length: pages }, (_, page) => [pageName(page, pages), page]));
  const gone: string[] = [];
  for (const { file, page } of pictures) {
    const number = present.get(page);
    // Those that the command writes are there, or failed.
    if (number !== undefined && suffixes.some((suffix) => file.endsWith(`${suffix}.png`))) continue;
    const { key: earlier, source: made } = await readPictureMark(join(output, file)) ?? {};
    if (!made || (made.place !== source.place && made.content !== source.content)) continue;
    if (number === undefined || (key && await key(number) !== earlier)) gone.push(file);
  }
  return gone;
}

/** Returns the mark of a picture; undefined if it has none. */
async function readPictureMark(path: string): Promise<ResultMark | undefined> {
  try {
    return readMark(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Finds the recorded files that no command writes for the image as it is, and those of another origin that this command
 * does not write.
 */
async function goneProducts(
  output: string,
  name: string,
  { pages, source, isLarge, origin }: PresentImage,
  { suffixes, products }: Pick<SegmentingOptions, "suffixes" | "products">,
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
  const written = new Set(
    isLarge ? largeFiles(products, suffixes, name, pages) : productFiles(products, name, pages),
  );
  const isOfOthers = (file: string, made: Origin | undefined) =>
    origin && made && !written.has(file) &&
    (made.mask !== origin.mask || (products.size > 0 && made.objects !== origin.objects));
  const gone: string[] = [];
  for (const [file, { origin: made }] of Object.entries(files)) {
    if (possible.has(file) && !isOfOthers(file, made)) continue;
    if (await findProduct(output, file, record, { key: "", source }) === "another result") gone.push(file);
  }
  return gone;
}
