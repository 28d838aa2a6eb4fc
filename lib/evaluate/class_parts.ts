import { connectedComponents } from "./components.ts";

/**
 * Numbers the connected parts of each class but the first, the background. Pixels of one class that touch, also at
 * corners, belong to one object.
 *
 * @param found class of each pixel, `[height, width]`; indices from `classes` on belong to no object
 * @returns the number of each pixel's object, 0 for none, and the number of objects
 */
export function numberClassParts(
  found: Uint8Array,
  { width, height }: { width: number; height: number },
  classes: number,
): { numbers: Uint32Array; count: number } {
  const numbers = new Uint32Array(found.length);
  let count = 0;
  for (let c = 1; c < classes; c++) {
    const { labels, areas } = connectedComponents(found.map((each) => each === c ? 1 : 0), width, height);
    for (let i = 0; i < numbers.length; i++) if (labels[i] > 0) numbers[i] = count + labels[i];
    count += areas.length;
  }
  return { numbers, count };
}
