import type { Outline } from "./trace_outlines.ts";

/** Moves an outline in place, from a part of an image to its place in the whole. */
export function moveOutline(outline: Outline, { x, y }: { x: number; y: number }): Outline {
  for (const { outer, holes } of outline.polygons) {
    for (const ring of [outer, ...holes]) {
      for (let i = 0; i < ring.length; i += 2) {
        ring[i] += x;
        ring[i + 1] += y;
      }
    }
  }
  return outline;
}
