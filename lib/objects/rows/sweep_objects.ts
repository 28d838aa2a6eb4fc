import type { LabelImage } from "../../images/image.ts";
import type { ImageSize } from "../labeled_objects.ts";
import type { Rectangle } from "../tile_rectangles.ts";
import type { ObjectBoxes } from "./object_boxes.ts";
import type { Rows } from "./row_labeler.ts";

/** Whole objects of a large image, and where they are. */
export interface ObjectWindow extends Rectangle {
  /** Label image of the window with only these objects. */
  labels: LabelImage;
}

/** How {@linkcode sweepObjects} reads labels. */
export interface SweepOptions {
  /** Boxes by the object's number. */
  boxes: ObjectBoxes;
  /** Yields all rows of the label image, from top to bottom. */
  rows(): AsyncIterable<Rows<Uint32Array>>;
  /** Reads a part of the label image, for objects that are too tall for the rows in memory. */
  read(part: Rectangle): Promise<Uint32Array>;
  /** Number of rows above the last ones that stay in memory. */
  keep: number;
  /** Most pixels of the box of an object. */
  largest: number;
}

/**
 * Yields all objects of an image that does not fit into memory, each once and whole, in windows of a few rows. Objects
 * whose boxes are larger than `largest` are left out.
 */
export async function* sweepObjects(
  { width, height }: ImageSize,
  { boxes, rows, read, keep, largest }: SweepOptions,
): AsyncGenerator<ObjectWindow> {
  const { top, bottom } = boxes, count = top.length - 1;
  const byBottom = Uint32Array.from({ length: count }, (_, k) => k + 1).sort((a, b) => bottom[a] - bottom[b]);
  const tall: number[] = [], isComplete = new Uint8Array(count + 1);
  let start = 0, next = 0, buffer = new Uint32Array(0);
  for await (const chunk of rows()) {
    const end = chunk.top + chunk.height, complete: number[] = [];
    for (; next < count && bottom[byBottom[next]] <= end; next++) {
      const label = byBottom[next];
      (top[label] >= start ? complete : tall).push(label);
    }
    buffer = join(buffer, chunk.data);
    if (complete.length > 0) {
      const first = complete.reduce((least, label) => Math.min(least, top[label]), end);
      for (const label of complete) isComplete[label] = 1;
      const data = buffer.subarray((first - start) * width).map((label) => isComplete[label] ? label : 0);
      for (const label of complete) isComplete[label] = 0;
      yield { x: 0, y: first, width, height: end - first, labels: { width, height: end - first, data } };
    }
    let needed = Math.min(end, height);
    for (let k = next; k < count; k++) needed = Math.min(needed, top[byBottom[k]]);
    const last = Math.max(start, needed, end - keep);
    buffer = buffer.slice((last - start) * width);
    start = last;
  }
  for (const label of tall) {
    const part = boxRectangle(boxes, label);
    if (part.width * part.height > largest) continue;
    const data = (await read(part)).map((each) => each === label ? label : 0);
    yield { ...part, labels: { width: part.width, height: part.height, data } };
  }
}

/** Returns the box of an object. */
export function boxRectangle({ top, left, bottom, right }: ObjectBoxes, label: number): Rectangle {
  return { x: left[label], y: top[label], width: right[label] - left[label], height: bottom[label] - top[label] };
}

function join(a: Uint32Array, b: Uint32Array): Uint32Array<ArrayBuffer> {
  const joined = new Uint32Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
