/** What the pages of a stack are: planes along z, times, or both. */
export interface StackAxes {
  /** Number of planes along z. */
  z: number;
  /** Number of times. */
  t: number;
  /** The axis along which neighbouring pages lie. */
  first: "z" | "t";
}

/**
 * Returns the plane and the time of a page, all counted from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pagePlace } from "lib/images/stack_axes.ts";
 *
 * assert.deepEqual(pagePlace({ z: 2, t: 3, first: "z" }, 3), { z: 1, t: 1 });
 * assert.deepEqual(pagePlace({ z: 2, t: 3, first: "t" }, 3), { z: 1, t: 0 });
 * ```
 */
export function pagePlace({ z, t, first }: StackAxes, page: number): { z: number; t: number } {
  return first === "z" ? { z: page % z, t: Math.floor(page / z) } : { z: Math.floor(page / t), t: page % t };
}

/** Returns the page of a plane and a time, all counted from 0; the reverse of {@linkcode pagePlace}. */
export function placePage({ z, t, first }: StackAxes, place: { z: number; t: number }): number {
  return first === "z" ? place.t * z + place.z : place.z * t + place.t;
}

/** Finds the axes of pages by their places; undefined if these are not in the order of a stack. */
export function findAxes(places: readonly { z: number; t: number }[]): StackAxes | undefined {
  // A file may have only some planes of an image.
  const values = (axis: "z" | "t") => [...new Set(places.map((place) => place[axis]))].sort((a, b) => a - b);
  const zs = values("z"), ts = values("t"), z = zs.length, t = ts.length;
  if (z * t !== places.length) return undefined;
  return (["z", "t"] as const).map((first) => ({ z, t, first })).find((axes) =>
    places.every((found, page) => {
      const place = pagePlace(axes, page);
      return found.z === zs[place.z] && found.t === ts[place.t];
    })
  );
}
