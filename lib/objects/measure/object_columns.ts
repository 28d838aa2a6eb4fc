import { INTENSITY_MEASURES } from "./intensities.ts";

/** Kinds of measures that have a unit where the size of a pixel is known. */
export type Dimension = "length" | "area";

/**
 * The columns without intensities, named as in scikit-image's `regionprops_table`, with the dimension of those that
 * have a unit. `touches_border` is 1 if the object has a pixel at the image's edge, else 0.
 */
export const SHAPE_COLUMNS = {
  label: undefined,
  area: "area",
  "bbox-0": undefined,
  "bbox-1": undefined,
  "bbox-2": undefined,
  "bbox-3": undefined,
  "centroid-0": "length",
  "centroid-1": "length",
  axis_major_length: "length",
  axis_minor_length: "length",
  eccentricity: undefined,
  orientation: undefined,
  perimeter: "length",
  solidity: undefined,
  extent: undefined,
  equivalent_diameter_area: "length",
  feret_diameter_max: "length",
  euler_number: undefined,
  touches_border: undefined,
} as const satisfies Record<string, Dimension | undefined>;

/** A column without intensities. */
export type ShapeColumn = keyof typeof SHAPE_COLUMNS;

/** Returns the dimension of a column; undefined for numbers without a unit. */
export function columnDimension(column: string): Dimension | undefined {
  return Object.hasOwn(SHAPE_COLUMNS, column) ? SHAPE_COLUMNS[column as ShapeColumn] : undefined;
}

/** Lists the columns of intensities by measure, and by channel where there are several: `intensity_mean-0`. */
export function intensityColumns(channels: number): { measure: typeof INTENSITY_MEASURES[number]; names: string[] }[] {
  return INTENSITY_MEASURES.map((measure) => ({
    measure,
    names: channels === 1
      ? [`intensity_${measure}`]
      : Array.from({ length: channels }, (_, channel) => `intensity_${measure}-${channel}`),
  }));
}
