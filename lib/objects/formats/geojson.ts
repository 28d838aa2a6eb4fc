import { concatenate } from "../../io/concatenate.ts";
import { crc32 } from "../../io/crc32.ts";
import { pagePlace } from "../../images/stack_axes.ts";
import type { Outline, OutlinePolygon, Ring } from "../outlines/trace_outlines.ts";
import type { DescribedObjects } from "./object_description.ts";
import { type PageAxis, stackAxes } from "./page_axis.ts";

/** Options of {@linkcode encodeGeoJson}. */
export interface GeoJsonOptions extends DescribedObjects {
  /** QuPath's kind of object. Default `detection`, which QuPath shows fast in any number. */
  objectType?: "detection" | "cell" | "annotation";
  /** Name of the image: objects of different images then have different ids. Default: empty. */
  image?: string;
  /** What the pages of a stack are. Default: planes along z. */
  axis?: PageAxis;
  /**
   * Height and width of the outlines' pixels in pixels of the image: those of a pyramid's level, whose outlines QuPath
   * expects in the full size. Default: 1 and 1.
   */
  scale?: readonly [height: number, width: number];
}

/** Features are joined to texts of about this length, because a string is limited to 512 MiB. */
const PIECE = 1 << 20;

/**
 * Encodes outlines as GeoJSON (RFC 7946) for QuPath 0.4 and later: a `FeatureCollection` with one feature for each object, in
 * pixels of the image in full size. Filled, a feature covers the object's pixels and no others. Rings are closed, outer rings have
 * positive area and holes negative area. An object whose parts touch only at corners, or not at all, is a `MultiPolygon`; any
 * other is a `Polygon`.
 *
 * @param pages the outlines of each page, one list for a single image
 * @returns the content of a `.geojson` file; the same arguments give the same bytes
 * @throws {ObjectFileError} if there are more or fewer pages than `axis` says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeGeoJson, traceOutlines } from "lib/objects";
 *
 * const outlines = traceOutlines({ width: 3, height: 1, data: Uint16Array.of(0, 7, 7) });
 * const { features } = JSON.parse(new TextDecoder().decode(encodeGeoJson([outlines])));
 * assert.deepEqual(features[0].geometry.coordinates, [[[1, 0], [3, 0], [3, 1], [1, 1], [1, 0]]]);
 * ```
 */
export function encodeGeoJson(pages: readonly (readonly Outline[])[], options: GeoJsonOptions = {}): Uint8Array {
  const encoder = new TextEncoder(), pieces: Uint8Array[] = [], feature = featureWriter(pages.length, options);
  let text = GEOJSON_START, separator = "";
  pages.forEach((outlines, page) => {
    for (const outline of outlines) {
      text += separator + feature(outline, page);
      separator = GEOJSON_SEPARATOR;
      if (text.length < PIECE) continue;
      pieces.push(encoder.encode(text));
      text = "";
    }
  });
  pieces.push(encoder.encode(text + GEOJSON_END));
  return concatenate(pieces);
}

/** The text before, between and after the features of a collection. */
export const GEOJSON_START = '{"type":"FeatureCollection","features":[\n',
  GEOJSON_SEPARATOR = ",\n",
  GEOJSON_END = "\n]}\n";

/** Returns a function that writes the feature of an outline, on a page counted from 0. */
export function featureWriter(
  pages: number,
  { classes = [], describe, objectType = "detection", image = "", axis = "z", scale = [1, 1] }: GeoJsonOptions = {},
): (outline: Outline, page: number) => string {
  const axes = stackAxes({ pages, axis });
  const imageId = crc32(new TextEncoder().encode(image));
  return ({ label, polygons }, page) => {
    const plane = pages > 1 ? { plane: { c: -1, ...pagePlace(axes, page) } } : {};
    const { class: position, measurements } = describe?.(label, page) ?? {};
    return JSON.stringify({
      type: "Feature",
      id: objectId(imageId, page, label),
      geometry: { ...geometry(polygons, scale), ...plane },
      properties: {
        objectType,
        name: String(label),
        ...(position !== undefined && classes[position] ? { classification: classes[position] } : {}),
        ...(measurements ? { measurements: finite(measurements) } : {}),
      },
    });
  };
}

function geometry(
  polygons: readonly OutlinePolygon[],
  scale: readonly [height: number, width: number],
): { type: string; coordinates: unknown } {
  const coordinates = polygons.map(({ outer, holes }) => [outer, ...holes].map((ring) => closedRing(ring, scale)));
  return coordinates.length === 1
    ? { type: "Polygon", coordinates: coordinates[0] }
    : { type: "MultiPolygon", coordinates };
}

function closedRing(ring: Ring, [down, across]: readonly [number, number]): [number, number][] {
  const corners: [number, number][] = [];
  for (let i = 0; i < ring.length; i += 2) corners.push([ring[i] * across, ring[i + 1] * down]);
  corners.push(corners[0]);
  return corners;
}

/** Leaves out numbers that JSON does not have. */
function finite(measurements: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(measurements).filter(([, value]) => Number.isFinite(value)));
}

/** Makes a UUID of image, page and label (version 8 of RFC 9562, whose digits the writer chooses). */
function objectId(image: number, page: number, label: number): string {
  const digits = (number: number, count: number) => number.toString(16).padStart(count, "0").slice(-count);
  return `${digits(image, 8)}-${digits(page, 4)}-8000-8000-${digits(label, 12)}`;
}
