import { connectedComponents } from "../evaluate/components.ts";
import { type LabelImage, VOID_CLASS } from "../images/image.ts";
import { clearVoid } from "../images/void.ts";

/** The classes of the task `border`, by index. */
export const BORDER_CLASSES = ["background", "interior", "border"] as const;
const INTERIOR = 1, BORDER = 2;

/** Returns numbers of objects, 0 for void; connected parts get numbers if all foreground has one. */
function objectNumbers({ width, height, ...labels }: LabelImage): ArrayLike<number> {
  const data = clearVoid(labels.data, labels);
  let first = 0;
  for (const value of data) {
    if (value === 0 || value === first) continue;
    if (first > 0) return data;
    first = value;
  }
  return connectedComponents(data, width, height).labels;
}

/** Returns the squared distances of all offsets within a radius, nearest first. */
function discOffsets(radius: number): { dx: number; dy: number }[] {
  const reach = Math.floor(radius), offsets: { dx: number; dy: number; squared: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const squared = dx * dx + dy * dy;
      if (squared > 0 && squared <= radius * radius) offsets.push({ dx, dy, squared });
    }
  }
  return offsets.sort((a, b) => a.squared - b.squared);
}

/**
 * Makes the targets of the task `border`. A pixel of an object belongs to its border if a pixel of the background or of
 * another object is at most `width` pixels away; the edge of the image or of void is no border. The interiors of two objects
 * therefore never touch. An object too thin for an interior keeps the pixels that lie deepest in it, unless they touch
 * another object.
 *
 * @param borderWidth in pixels, 1 or more
 * @returns indices into {@linkcode BORDER_CLASSES}, or `VOID_CLASS` where the labels are void, `[height, width]`
 */
export function borderTargets(labels: LabelImage, borderWidth: number): Uint8Array {
  const { width, height, classes } = labels, numbers = objectNumbers(labels);
  const isVoid = (i: number) => classes?.[i] === VOID_CLASS;
  const offsets = discOffsets(borderWidth);
  const out = new Uint8Array(numbers.length);
  // The place in `offsets` of the nearest other pixel.
  const depths = new Uint32Array(numbers.length);
  const thick = new Set<number>(), deepest = new Map<number, number>();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const number = numbers[i];
      if (isVoid(i)) out[i] = VOID_CLASS;
      if (number === 0) continue;
      const near = offsets.findIndex(({ dx, dy }) => {
        const u = x + dx, v = y + dy;
        if (u < 0 || v < 0 || u >= width || v >= height) return false;
        const at = v * width + u;
        return numbers[at] !== number && !isVoid(at);
      });
      out[i] = near < 0 ? INTERIOR : BORDER;
      if (near < 0) thick.add(number);
      else {
        const { dx, dy } = offsets[near];
        depths[i] = dx * dx + dy * dy;
        deepest.set(number, Math.max(deepest.get(number) ?? 0, depths[i]));
      }
    }
  }
  for (let i = 0; i < out.length; i++) {
    const number = numbers[i];
    if (number === 0 || thick.has(number) || depths[i] < deepest.get(number)!) continue;
    if (!touchesOther(numbers, i, width, height)) out[i] = INTERIOR;
  }
  return out;
}

/** Returns whether one of a pixel's eight neighbours belongs to another object. */
function touchesOther(numbers: ArrayLike<number>, at: number, width: number, height: number): boolean {
  const x = at % width, y = Math.floor(at / width);
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      const other = numbers[v * width + u];
      if (other > 0 && other !== numbers[at]) return true;
    }
  }
  return false;
}
