import type { StackAxes } from "../../images/stack_axes.ts";
import { ObjectFileError } from "./object_file_error.ts";

/** What the pages of a stack are: planes along z, times, or both. */
export type PageAxis = "z" | "t" | StackAxes;

/**
 * Returns the sizes of a stack along its axes.
 *
 * @throws {ObjectFileError} if it has another number of pages.
 */
export function stackAxes({ pages, axis }: { pages: number; axis: PageAxis }): StackAxes {
  if (typeof axis === "string") return { z: 1, t: 1, first: axis, [axis]: pages };
  if (axis.z * axis.t === pages) return axis;
  throw new ObjectFileError(
    `A stack of ${axis.z} planes and ${axis.t} times has ${axis.z * axis.t} pages, not ${pages}: give all its pages`,
  );
}
