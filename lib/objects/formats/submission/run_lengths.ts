import type { LabelImage } from "../../../images/image.ts";

/**
 * Finds the runs of each object down the columns of an image. Pixels are numbered from 1, down the first column, then down
 * the second, and so on. A run is the number of its first pixel and its length.
 *
 * @returns each object's runs, `[start, length, start, length, …]`, in the order of the labels
 */
export function findColumnRuns({ width, height, data }: LabelImage): Map<number, number[]> {
  const runs = new Map<number, number[]>();
  let label = 0, start = 0;
  const finish = (end: number) => {
    if (label < 1) return;
    const known = runs.get(label);
    if (known) known.push(start, end - start);
    else runs.set(label, [start, end - start]);
  };
  for (let x = 0, number = 1; x < width; x++) {
    for (let y = 0, i = x; y < height; y++, i += width, number++) {
      if (data[i] === label) continue;
      finish(number);
      label = data[i];
      start = number;
    }
  }
  finish(width * height + 1);
  return new Map([...runs].sort(([a], [b]) => a - b));
}
