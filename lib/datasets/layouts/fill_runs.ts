import { ImageError } from "../../images/image.ts";

/** Orders in which run lengths can count an image's pixels. */
export const RUN_ORDERS = ["rows", "columns"] as const;
/** `rows`: along the first row, then the second. `columns`: down the first column, then the second. */
export type RunOrder = typeof RUN_ORDERS[number];

/**
 * Fills one object's pixels from its run lengths: pairs of start (counted from 1) and length.
 *
 * @param labels `[height, width]`; receives `label` where it is 0
 * @param where the table and the object, for messages
 * @throws {ImageError} if the text is not a list of run lengths, or a run extends beyond the image.
 */
export function fillRuns(
  labels: Uint16Array | Uint32Array,
  [height, width]: readonly [number, number],
  runs: string,
  label: number,
  where: string,
  order: RunOrder = "columns",
): void {
  const texts = runs.trim().split(/\s+/);
  if (texts.length % 2 !== 0) {
    throw new ImageError(`${where}: ${texts.length} numbers are not pairs of start and length`);
  }
  for (let i = 0; i < texts.length; i += 2) {
    const [start, length] = [Number(texts[i]), Number(texts[i + 1])];
    const whole = Number.isInteger(start) && Number.isInteger(length);
    if (!(whole && start >= 1 && length >= 1 && start + length - 1 <= width * height)) {
      throw new ImageError(
        `${where}: the run "${texts[i]} ${texts[i + 1]}" is outside ${width} × ${height} pixels`,
      );
    }
    for (let at = start - 1; at < start - 1 + length; at++) {
      const pixel = order === "rows" ? at : (at % height) * width + Math.floor(at / height);
      if (labels[pixel] === 0) labels[pixel] = label;
    }
  }
}
