import type { LabelImage } from "../../images/image.ts";
import type { ObjectRuns } from "./object_runs.ts";

/** Length that a pixel of the outline adds, by 2 × its side neighbours + 10 × its corner neighbours in the outline. */
const LENGTHS = new Float64Array(49);
for (const sum of [4, 6, 14, 16, 24, 26]) LENGTHS[sum] = 1;
for (const sum of [20, 32]) LENGTHS[sum] = Math.SQRT2;
for (const sum of [12, 22]) LENGTHS[sum] = (1 + Math.SQRT2) / 2;

/**
 * Estimates the perimeters of all objects from the pixels of their outlines and how these continue (Benkrid & Crookes,
 * "Design and FPGA implementation of a perimeter estimator"). A pixel is of the outline if one of its four neighbours
 * is not of the object.
 *
 * @returns one length per object, in pixels
 */
export function measurePerimeters({ width, height, data }: LabelImage, runs: ObjectRuns): Float64Array {
  const { first, row, start, end, labels } = runs;
  const outline = new Uint8Array(width * height);
  for (let run = 0; run < row.length; run++) {
    const y = row[run], offset = y * width, from = offset + start[run], to = offset + end[run];
    const label = data[from], inner = y > 0 && y < height - 1;
    for (let i = from; i < to; i++) {
      if (i === from || i === to - 1 || !inner || data[i - width] !== label || data[i + width] !== label) {
        outline[i] = 1;
      }
    }
  }
  const lengths = new Float64Array(labels.length);
  const isOutline = (i: number, label: number) => outline[i] === 1 && data[i] === label ? 1 : 0;
  for (let object = 0; object < labels.length; object++) {
    const label = labels[object];
    let length = 0;
    for (let run = first[object]; run < first[object + 1]; run++) {
      const y = row[run], offset = y * width;
      for (let x = start[run]; x < end[run]; x++) {
        const i = offset + x;
        if (outline[i] === 0) continue;
        const before = x > 0, after = x < width - 1;
        let sides = 0, corners = 0;
        if (before) sides += isOutline(i - 1, label);
        if (after) sides += isOutline(i + 1, label);
        if (y > 0) {
          sides += isOutline(i - width, label);
          if (before) corners += isOutline(i - width - 1, label);
          if (after) corners += isOutline(i - width + 1, label);
        }
        if (y < height - 1) {
          sides += isOutline(i + width, label);
          if (before) corners += isOutline(i + width - 1, label);
          if (after) corners += isOutline(i + width + 1, label);
        }
        length += LENGTHS[2 * sides + 10 * corners];
      }
    }
    lengths[object] = length;
  }
  return lengths;
}
