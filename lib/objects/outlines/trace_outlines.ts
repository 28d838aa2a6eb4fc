import type { LabelImage } from "../../images/image.ts";
import { checkLength } from "../check_length.ts";
import { findParts } from "./find_parts.ts";
import { RingTracer } from "./ring_tracer.ts";

/**
 * A closed line along the sides of pixels: x and y of each corner in turn, in pixels, where 0, 0 is the top left corner
 * of the image. The last corner is joined to the first.
 */
export type Ring = Int32Array;

/** A connected part of an object. Its rings never cross or overlap; they may touch at corners. */
export interface OutlinePolygon {
  /** Runs clockwise on the screen, where y points down. */
  outer: Ring;
  /** Run counterclockwise on the screen. */
  holes: Ring[];
}

/** The outline of an object. */
export interface Outline {
  label: number;
  /** One or more. Pixels that touch only at a corner belong to different polygons. */
  polygons: OutlinePolygon[];
}

/**
 * Traces the outlines of all objects exactly: filled, an outline covers the object's pixels and no others. Polygons are
 * simple in the sense of the OGC (Simple Feature Access, part 1): no ring touches itself, and the interior is connected.
 *
 * @param labels 0 is background, and every object has a different number
 * @returns one outline for each object, in the order of their labels
 * @throws {RangeError} if there is not one label per pixel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { traceOutlines } from "lib/objects";
 *
 * const [outline] = traceOutlines({ width: 3, height: 1, data: Uint16Array.of(0, 7, 7) });
 * assert.equal(outline.label, 7);
 * assert.deepEqual([...outline.polygons[0].outer], [1, 0, 3, 0, 3, 1, 1, 1]);
 * ```
 */
export function traceOutlines(labels: LabelImage): Outline[] {
  const { width, height } = labels;
  checkLength(labels.data, labels, "label image");
  const parts = findParts(labels);
  const tracer = new RingTracer(parts.numbers, width + 2);
  const polygons: OutlinePolygon[] = [];
  for (let y = 1; y <= height; y++) {
    for (let x = 1, at = y * (width + 2) + 1; x <= width; x++, at++) {
      const part = parts.numbers[at];
      if (part === 0 || !tracer.startsAt(at)) continue;
      const ring = tracer.trace(x, y);
      // The first pixel of a part in reading order lies on its outer ring.
      if (polygons[part]) polygons[part].holes.push(ring);
      else polygons[part] = { outer: ring, holes: [] };
    }
  }
  const outlines = new Map<number, Outline>();
  for (let part = 1; part < polygons.length; part++) {
    const label = parts.labels[part], outline = outlines.get(label);
    if (outline) outline.polygons.push(polygons[part]);
    else outlines.set(label, { label, polygons: [polygons[part]] });
  }
  return [...outlines.values()].sort((a, b) => a.label - b.label);
}
