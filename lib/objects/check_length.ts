import type { ImageSize } from "./labeled_objects.ts";

/**
 * Checks that an array has one value, or `channels` values, per pixel.
 *
 * @param name the array's noun in the message
 * @throws {RangeError} if it has another length.
 */
export function checkLength(
  values: ArrayLike<number>,
  { width, height }: ImageSize,
  name: string,
  channels = 1,
): void {
  if (values.length === width * height * channels) return;
  const expected = channels === 1 ? `${width} × ${height}` : `${width} × ${height} × ${channels}`;
  throw new RangeError(`The ${name} has ${values.length} values: give ${expected}`);
}
