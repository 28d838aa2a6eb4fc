import type { Raster } from "./formats/format.ts";
import { uprightPlace } from "./formats/orient.ts";

/**
 * Names the place of a value in its file for a message: row and column of the upright picture, and the channel and the page
 * if there are several.
 *
 * @param index of the value in the raster's data
 */
export function namePlace(
  { width, height, channels, orientation, place = {} }: Omit<Raster, "data" | "colour" | "alpha" | "bits">,
  index: number,
): string {
  const { page, part = { x: 0, y: 0, width, height }, channels: read } = place;
  const pixel = Math.floor(index / channels), channel = read?.[index % channels] ?? index % channels;
  const stored = { x: part.x + pixel % width, y: part.y + Math.floor(pixel / width) };
  const { x, y } = uprightPlace(stored, part, orientation);
  const names = [
    `row ${y + 1}`,
    `column ${x + 1}`,
    ...(channels > 1 || read ? [`channel ${channel + 1}`] : []),
    ...(page === undefined ? [] : [`page ${page + 1}`]),
  ];
  return `${names.join(", ")} (counted from 1)`;
}
