import type { Cell } from "./csv.ts";
import { csvRows } from "./csv.ts";
import type { ImageSummary } from "./image_summary.ts";

/** A row of {@linkcode summaryCsv}. */
export interface SummaryRow extends ImageSummary {
  /** Name of the image. */
  image: string;
  /** Number of objects of each class, by its name; absent if objects have no classes. */
  classCounts?: Readonly<Record<string, number>>;
  /** Sentences of `farFromTraining`. Absent if it is not known what the model trained on. */
  farFromTraining?: readonly string[];
  /** Why the objects may be noise, as in an empty field. */
  warning?: string;
  /** Sentences about objects that could not be found or measured, because the image is large. */
  sizeNotes?: readonly string[];
}

/** Returns why the result of an image may be wrong or incomplete, in sentences. */
export function rowNotes(
  { warning, farFromTraining = [], sizeNotes = [] }: Pick<SummaryRow, "warning" | "farFromTraining" | "sizeNotes">,
): string[] {
  return [...(warning ? [warning] : []), ...farFromTraining, ...sizeNotes];
}

/** The place of the columns with the number of objects of each class. */
const CLASS_COUNTS = "count_";

const COLUMNS: Record<string, (row: SummaryRow) => Cell> = {
  image: ({ image }) => image,
  count: ({ count }) => count,
  [CLASS_COUNTS]: () => undefined,
  density_per_megapixel: ({ perMegapixel }) => perMegapixel,
  density_per_mm2: ({ perSquareMillimetre }) => perSquareMillimetre,
  median_area: ({ medianPixels }) => medianPixels,
  median_area_um2: ({ medianArea }) => medianArea,
  foreground_share: ({ foregroundShare }) => foregroundShare,
  mean_probability: ({ meanProbability }) => meanProbability,
  uncertain_share: ({ uncertainShare }) => uncertainShare,
  far_from_training: ({ farFromTraining }) => farFromTraining && Number(farFromTraining.length > 0),
  notes: (row) => rowNotes(row).join("; "),
};

/**
 * Formats summaries of images as CSV (RFC 4180, UTF-8), one line per image. The columns are the same for all images: a
 * column `count_NAME` is for each class;
 * `density_per_mm2` and `median_area_um2` are empty where the size of a pixel is not known. `median_area` is in pixels.
 * `far_from_training` is 1 for an image that differs from the training images. `notes` says how, why the objects may be
 * noise, and which objects are missing.
 *
 * @param options `header`: whether the first line has the columns' names, default true
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, summarizeObjects, summaryCsv } from "lib/objects";
 *
 * const table = measureObjects({ width: 2, height: 1, data: Uint16Array.of(1, 1) });
 * const csv = summaryCsv([{ image: "a.tif", ...summarizeObjects(table, { width: 2, height: 1 }) }]);
 * assert.equal(csv.split("\r\n")[1], "a.tif,1,500000,,2,,1,,,,");
 * ```
 */
export function summaryCsv(rows: Iterable<SummaryRow>, { header = true }: { header?: boolean } = {}): string {
  const all = [...rows], classes = [...new Set(all.flatMap(({ classCounts = {} }) => Object.keys(classCounts)))];
  const columns = Object.entries(COLUMNS).flatMap(([name, cell]) =>
    name === CLASS_COUNTS
      ? classes.map((each) => ({ name: name + each, cell: ({ classCounts }: SummaryRow) => classCounts?.[each] }))
      : [{ name, cell }]
  );
  return (header ? csvRows([columns.map(({ name }) => name)]) : "") +
    csvRows(all.map((row) => columns.map(({ cell }) => cell(row))));
}
