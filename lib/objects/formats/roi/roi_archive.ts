import { zipSync } from "fflate";
import { pagePlace } from "../../../images/stack_axes.ts";
import type { Outline } from "../../outlines/trace_outlines.ts";
import type { DescribedObjects } from "../object_description.ts";
import { type PageAxis, stackAxes } from "../page_axis.ts";
import { encodeRoi } from "./encode_roi.ts";
import { allowManyEntries } from "./zip64.ts";

/** Options of {@linkcode encodeRoiArchive}. */
export interface RoiArchiveOptions extends DescribedObjects {
  /** What the pages of a stack are. Default: planes along z. */
  axis?: PageAxis;
}

/** ImageJ's largest group. */
const MOST_GROUPS = 255;

/**
 * Encodes outlines as an archive of ROIs for ImageJ's ROI Manager. A ROI is named after its object's label, `0012`. In a
 * stack it also has the page's number, `p03-0012`, and appears on that page alone; along z and t, on that plane at that
 * time. A class becomes a group, numbered from 1, and gives its colour to the line. Filled, a ROI covers the object's
 * pixels and no others.
 *
 * @param pages the outlines of each page, one list for a single image
 * @returns the content of a `.zip` file; the same outlines give the same bytes
 * @throws {ObjectFileError} if there are more or fewer pages than `axis` says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeRoiArchive, traceOutlines } from "lib/objects";
 * import { unzipSync } from "fflate";
 *
 * const outlines = traceOutlines({ width: 3, height: 1, data: Uint16Array.of(0, 7, 7) });
 * const archive = unzipSync(encodeRoiArchive([outlines]));
 * assert.deepEqual(Object.keys(archive), ["0007.roi"]);
 * ```
 */
export function encodeRoiArchive(
  pages: readonly (readonly Outline[])[],
  options: RoiArchiveOptions = {},
): Uint8Array {
  const largest = Math.max(0, ...pages.map((outlines) => outlines.at(-1)?.label ?? 0));
  const encode = roiWriter(pages.length, largest, options);
  const files: Record<string, Uint8Array> = {};
  pages.forEach((outlines, page) => {
    for (const outline of outlines) {
      const { name, bytes } = encode(outline, page);
      files[`${name}.roi`] = bytes;
    }
  });
  // Compression takes ten times as long and halves a small file.
  return allowManyEntries(zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) }), Object.keys(files).length);
}

/**
 * Returns a function that encodes the ROI of an outline, on a page counted from 0.
 *
 * @param largest the largest label of all pages
 */
export function roiWriter(
  pages: number,
  largest: number,
  { classes = [], describe, axis = "z" }: RoiArchiveOptions,
): (outline: Outline, page: number) => { name: string; bytes: Uint8Array } {
  const labelDigits = Math.max(4, String(largest).length), pageDigits = Math.max(2, String(pages).length);
  const axes = stackAxes({ pages, axis }), hasBoth = axes.z > 1 && axes.t > 1;
  return (outline, page) => {
    const { z, t } = pagePlace(axes, page);
    const prefix = pages > 1 ? `p${String(page + 1).padStart(pageDigits, "0")}-` : "";
    const name = prefix + String(outline.label).padStart(labelDigits, "0");
    const position = describe?.(outline.label, page).class;
    const bytes = encodeRoi(outline, {
      name,
      page: pages > 1 ? page + 1 : undefined,
      place: hasBoth ? { z: z + 1, t: t + 1 } : undefined,
      color: position === undefined ? undefined : classes[position]?.color,
      group: position !== undefined && position < MOST_GROUPS ? position + 1 : undefined,
    });
    return { name, bytes };
  };
}
