import { type ImageSize, type LabeledObjects, labelImage } from "./labeled_objects.ts";

/**
 * Numbers objects from 1 in reading order: by the first pixel of each, row by row.
 *
 * @param labels 0 for background, `[height, width]`; numbers may have gaps
 * @param size width and height in pixels
 * @param minArea area in pixels below which an object becomes background. Default 1.
 */
export function numberObjects(
  labels: Uint32Array | Int32Array | Uint16Array,
  size: ImageSize,
  minArea = 1,
): LabeledObjects {
  let top = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] > top) top = labels[i];
  const areas = new Uint32Array(top + 1), numbers = new Uint32Array(top + 1);
  for (let i = 0; i < labels.length; i++) areas[labels[i]]++;
  const out = new Uint32Array(labels.length);
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === 0 || areas[label] < minArea) continue;
    if (numbers[label] === 0) numbers[label] = ++count;
    out[i] = numbers[label];
  }
  return { labels: labelImage(out, size, count), count };
}
