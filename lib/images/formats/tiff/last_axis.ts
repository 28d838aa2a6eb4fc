import { count } from "../../../io/count.ts";
import type { DescribedPage } from "./described_page.ts";

/**
 * tifffile takes the last two axes of an array for rows and columns. Of an image with its channels in the last axis, it
 * makes a page, or a channel, for each row, unless it is told otherwise. With fewer columns than this, and as many rows
 * and pages, there is no other reading.
 */
const LEAST = 16;

/** Returns whether the columns of so many equal planes must be channels. */
function isNarrow({ width, height }: DescribedPage, planes: number): boolean {
  return width < LEAST && height >= LEAST && planes >= LEAST;
}

/** Names what tifffile made of the channels. */
function describe({ width, height }: DescribedPage, planes: string): string {
  return `tifffile wrote its ${count(width, "channel")} as ${planes} of ${width} × ${height} pixels`;
}

/**
 * Refuses an image whose channels were taken for columns, of a description without axes.
 *
 * @param planes number of pages that are next to each other in the array
 */
export function refuseNarrowPages(page: DescribedPage, planes: number): void {
  if (!isNarrow(page, planes)) return;
  throw new Error(
    `${describe(page, count(page.pages, "page"))}: write it again with planarconfig="contig", or with the axes of a ` +
      'stack, such as metadata={"axes": "ZYX"}',
  );
}

/** Refuses an image whose channels were taken for columns, and its rows for channels. */
export function refuseNarrowChannels(page: DescribedPage, channels: number): void {
  if (!page.software.startsWith("tifffile") || !isNarrow(page, channels)) return;
  throw new Error(
    `${describe(page, count(channels, "channel"))}: write it again with ` +
      (page.samples > 1 ? 'planarconfig="contig"' : "its channels before its rows, by numpy.moveaxis(image, -1, -3)"),
  );
}

/**
 * Refuses a page whose rows and columns are not those that tifffile's axes state, such as `YXC` with a page for each row.
 *
 * @param letters of the array's axes
 * @param stored letters of the axes of a page's rows, columns and samples; the last is empty for one sample
 */
export function refuseOtherAxes(page: DescribedPage, letters: string, stored: readonly [string, string, string]): void {
  // Other letters, such as those of spectra, are no rows and columns.
  if (!letters.includes("X") || !letters.includes("Y")) return;
  const [rows, columns, channels] = stored;
  if (["YX", "XY"].includes(rows + columns) && ["", "C", "S"].includes(channels)) return;
  const { pages, width, height, samples } = page;
  throw new Error(
    `its axes are ${letters}, but tifffile wrote it as ${count(pages, "page")} of ${width} × ${height} pixels` +
      `${samples > 1 ? ` in ${samples} channels` : ""}: write it again with ` +
      (/(XY|YX)[CS]$/.test(letters) ? 'planarconfig="contig"' : "its axes in the order TZCYX, by numpy.moveaxis"),
  );
}
