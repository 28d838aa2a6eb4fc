import { type Figure, histogramChart } from "lib/plots";
import { isHeader, readRows } from "../files/read_rows.ts";
import type { ImageRow } from "../files/record.ts";

/** The objects of an image: the file with their rows, and the rows of its pages. */
export interface ObjectPart {
  path: string;
  rows: readonly ImageRow[];
}

/** A histogram does not change visibly with more values. */
const MOST_VALUES = 100_000;

/** Returns a pixel's area in µm² where it is known: the quotient of both densities. */
function pixelArea(rows: readonly ImageRow[]): number | undefined {
  const row = rows.find(({ count, perSquareMillimetre }) => count > 0 && perSquareMillimetre !== undefined);
  return row && row.perMegapixel / row.perSquareMillimetre!;
}

/** Yields the areas of objects, each in µm² or in pixels as in its file. */
async function* readAreas({ path }: ObjectPart): AsyncGenerator<number> {
  let column = -1;
  for await (const row of readRows(path)) {
    if (isHeader(row)) column = row.findIndex((name) => /^area(_um2)?$/.test(name));
    else yield Number(row[column]);
  }
}

/**
 * Draws how the number of objects is distributed over images, and the area over objects. Areas are in µm² if the size of
 * a pixel is known in all images, otherwise in pixels.
 */
export async function distributionCharts(parts: readonly ObjectPart[]): Promise<Figure[]> {
  const rows = parts.flatMap((part) => part.rows), charts: Figure[] = [];
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  if (rows.length > 1) charts.push(histogramChart(rows.map(({ count }) => count), { label: "objects per image" }));
  if (total === 0) return charts;
  const isMicrometres = rows.every(({ perSquareMillimetre }) => perSquareMillimetre !== undefined);
  const step = Math.ceil(total / MOST_VALUES), areas: number[] = [];
  let at = 0;
  for (const part of parts) {
    const divisor = isMicrometres ? 1 : pixelArea(part.rows) ?? 1;
    for await (const area of readAreas(part)) if (at++ % step === 0) areas.push(area / divisor);
  }
  const label = `area (${isMicrometres ? "µm²" : "pixels"})`;
  charts.push(histogramChart(areas, { label, unit: "objects" }));
  return charts;
}
