import type { LabelImage } from "../../../images/image.ts";

/** The place of a part in its image. */
export interface PartPlace {
  /** The first column and row of the part. */
  x: number;
  y: number;
  /** Number of rows of the image. */
  height: number;
}

/**
 * Finds the runs of each object down the columns of an image. Pixels are numbered from 1, down the first column, then down
 * the second, and so on. A run is the number of its first pixel and its length.
 *
 * @param labels an image, or a part of one
 * @param place place of the part. Default: it is the whole image
 * @returns each object's runs in the part, `[start, length, start, length, …]`, in the order of the labels
 */
export function findColumnRuns(
  { width, height, data }: LabelImage,
  place: PartPlace = { x: 0, y: 0, height },
): Map<number, number[]> {
  const runs = new Map<number, number[]>();
  const add = (label: number, start: number, length: number) => {
    const known = runs.get(label);
    if (!known) runs.set(label, [start, length]);
    // A run goes on from the last row of a column to the first of the next.
    else if (known.at(-2)! + known.at(-1)! === start) known[known.length - 1] += length;
    else known.push(start, length);
  };
  for (let x = 0; x < width; x++) {
    const first = (place.x + x) * place.height + place.y + 1;
    for (let y = 0, i = x; y < height;) {
      const label = data[i], from = y;
      do {
        y++;
        i += width;
      } while (y < height && data[i] === label);
      if (label > 0) add(label, first + from, y - from);
    }
  }
  return new Map([...runs].sort(([a], [b]) => a - b));
}
