import type { ChannelImage, LabelImage } from "../../images/image.ts";
import { pixelSides, type PixelSize } from "../../images/pixel_size.ts";
import { OptionError } from "../../io/option_error.ts";
import { checkLength } from "../check_length.ts";
import { boundingBox } from "./bounding_box.ts";
import { ConvexHull } from "./convex_hull.ts";
import { eulerNumber } from "./euler_number.ts";
import { FeretDiameter } from "./feret_diameter.ts";
import { measureIntensities } from "./measure_intensities.ts";
import { measureMoments } from "./moments.ts";
import { SHAPE_COLUMNS, type ShapeColumn } from "./object_columns.ts";
import { findObjectRuns, type ObjectRuns } from "./object_runs.ts";
import type { ObjectTable } from "./object_table.ts";
import { measurePerimeters } from "./perimeter.ts";

/** Options of {@linkcode measureObjects}. */
export interface MeasureOptions {
  /** Size of a pixel in µm. Default: lengths are in pixels. */
  pixelSize?: PixelSize;
  /** The place of the labels in a larger image, to which boxes, centroids and `touches_border` then refer. */
  place?: { x: number; y: number; image: { width: number; height: number } };
}

/**
 * Measures the objects of a label image. The columns are those of scikit-image's `regionprops_table`, with equal values:
 * `label`, `area`, `bbox-0` to `bbox-3` (top, left, bottom, right, always in pixels), `centroid-0` (y) and `centroid-1`
 * (x), `axis_major_length`, `axis_minor_length`, `eccentricity`, `orientation` (radians), `perimeter`, `solidity`,
 * `extent`, `equivalent_diameter_area`, `feret_diameter_max`, `euler_number`; `touches_border` is 1 for objects at the
 * image's edge. With an image, `intensity_min`, `_mean`, `_max`, `_std` and `_median` are of its values as they are
 * given; an image of several channels has one column per channel (`intensity_mean-0`, …).
 *
 * @param labels label image; a label may have several parts
 * @param image image of the same size, with any number of channels: give the original, not a normalised one
 * @returns a table with one row per object, in ascending order of their labels. With a pixel size, lengths are in µm and
 * areas in µm². The perimeter is NaN for pixels that are not square, for which it is not defined.
 * @throws {OptionError} if the sizes differ, or if the pixel size is not positive.
 * @throws {RangeError} if an array does not have one value per pixel and channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, objectColumn } from "lib/objects";
 *
 * const labels = { width: 4, height: 2, data: Uint16Array.of(1, 1, 0, 2, 1, 1, 0, 2) };
 * const image = { width: 4, height: 2, channels: 1, bits: 8, data: Uint8Array.of(10, 20, 0, 5, 30, 40, 0, 7) } as const;
 * const table = measureObjects(labels, image, { pixelSize: 0.5 });
 * assert.deepEqual([...objectColumn(table, "area")], [1, 0.5]); // µm²
 * assert.deepEqual([...objectColumn(table, "intensity_mean")], [25, 6]);
 * ```
 */
export function measureObjects(labels: LabelImage, image?: ChannelImage, options: MeasureOptions = {}): ObjectTable {
  const { width, height } = labels, { pixelSize, place = { x: 0, y: 0, image: labels } } = options;
  if (image && (image.width !== width || image.height !== height)) {
    throw new OptionError(
      `The image has ${image.width} × ${image.height} pixels, but its label image ${width} × ${height}: ` +
        "give images of one size",
    );
  }
  checkLength(labels.data, labels, "label image");
  if (image) checkLength(image.data, image, "image", image.channels);
  const sides = pixelSize === undefined ? undefined : pixelSides(pixelSize);
  const runs = findObjectRuns(labels), count = runs.labels.length;
  const columns = new Map<string, Float64Array>();
  const shape = measureShapes(labels, runs, sides ?? [1, 1], place);
  for (const name of Object.keys(SHAPE_COLUMNS) as ShapeColumn[]) columns.set(name, shape[name]);
  if (image) { for (const [name, values] of measureIntensities(image, runs)) columns.set(name, values); }
  return { count, ...(sides ? { pixelSides: sides } : {}), columns };
}

function measureShapes(
  labels: LabelImage,
  runs: ObjectRuns,
  sides: readonly [number, number],
  { x: across, y: down, image }: NonNullable<MeasureOptions["place"]>,
): Record<ShapeColumn, Float64Array> {
  const count = runs.labels.length, [pixelHeight, pixelWidth] = sides, pixelArea = pixelHeight * pixelWidth;
  const perimeters = pixelHeight === pixelWidth ? measurePerimeters(labels, runs) : new Float64Array(count).fill(NaN);
  const columns = Object.fromEntries(
    Object.keys(SHAPE_COLUMNS).map((name) => [name, new Float64Array(count)]),
  ) as Record<ShapeColumn, Float64Array>;
  const hull = new ConvexHull(labels.height), feret = new FeretDiameter(labels.height);
  for (let k = 0; k < count; k++) {
    const box = boundingBox(runs, k);
    const [top, left, bottom, right] = [box.top + down, box.left + across, box.bottom + down, box.right + across];
    const { pixels, centroid: [y, x], major, minor, eccentricity, orientation } = measureMoments(
      runs,
      k,
      box,
      { top, left },
      sides,
    );
    hull.measure(runs, k, box);
    const row: Record<ShapeColumn, number> = {
      label: runs.labels[k],
      area: pixels * pixelArea,
      "bbox-0": top,
      "bbox-1": left,
      "bbox-2": bottom,
      "bbox-3": right,
      "centroid-0": y,
      "centroid-1": x,
      axis_major_length: major,
      axis_minor_length: minor,
      eccentricity,
      orientation,
      perimeter: perimeters[k] * pixelHeight,
      solidity: pixels / hull.area,
      extent: pixels / ((bottom - top) * (right - left)),
      equivalent_diameter_area: Math.sqrt(4 * pixels * pixelArea / Math.PI),
      feret_diameter_max: feret.measure(hull, sides),
      euler_number: eulerNumber(runs, k),
      touches_border: Number(top === 0 || left === 0 || bottom === image.height || right === image.width),
    };
    for (const name in row) columns[name as ShapeColumn][k] = row[name as ShapeColumn];
  }
  return columns;
}
