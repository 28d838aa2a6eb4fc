import type { Random } from "../../math/random.ts";
import type { CellKind } from "./fluorescence.ts";

/** The names of the classes of generated cells of two kinds, the background first. */
export const CELL_KINDS = ["background", "round", "long"] as const;

/** The kinds of cells: round ones, and long ones, which are brighter. */
const KINDS: readonly CellKind[] = [
  { gain: 0.9, reshape: (contour) => ({ ...contour, elongation: 1 + 0.3 * (contour.elongation - 1) }) },
  { gain: 1.3, reshape: (contour) => ({ ...contour, elongation: 2 + 1.5 * (contour.elongation - 1) }) },
];

/**
 * Draws the kinds of cells of an image, and makes its class map.
 *
 * @param random random numbers that nothing else of the image uses
 */
export function cellKinds(random: Random): {
  draw(object: number): CellKind;
  classes(labels: Uint16Array): Uint8Array;
} {
  const byObject: number[] = [];
  return {
    draw: (object) => KINDS[byObject[object] ??= random.integer(KINDS.length)],
    classes: (labels) => Uint8Array.from(labels, (label) => label > 0 ? 1 + byObject[label] : 0),
  };
}
