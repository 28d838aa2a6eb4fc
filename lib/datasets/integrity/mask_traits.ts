import type { LabelImage } from "../../images/image.ts";
import { connectedComponents } from "../../evaluate/components.ts";
import { objectAreas } from "../dataset_summary.ts";

/** Properties of a label mask, measured by {@linkcode maskTraits}. */
export interface MaskTraits {
  /** Number of objects that touch another. */
  touching: number;
  /** Whether all foreground has one number. */
  binary: boolean;
  /** Number of objects; of connected components in a binary mask. */
  objects: number;
  /** Number of connected components of the background. */
  backgroundComponents: number;
  /** Number of objects with several unconnected parts. */
  disconnected: number;
  /** Whether it looks like a picture with grey values instead of objects. */
  greyPicture: boolean;
  /** Fraction of the foreground pixels whose eight neighbours all have other numbers, at least one of them not 0. */
  isolatedShare: number;
  /** Whether it contains only 1 and 2, like classes from ilastik, one of which is the background. */
  oneAndTwo: boolean;
  /**
   * Whether 255 is far above all other numbers, like PASCAL VOC's void: `outline` if its areas are a few pixels wide,
   * `area` if they are wider.
   */
  void255: "outline" | "area" | null;
}

/** Minimum fraction of neighbouring foreground pixels that differ in a mask that counts as a picture. */
const GREY_PICTURE = 0.3;
/** VOC's void, and the largest other number in a mask with void. */
const VOID = 255, MAX_OTHER = 127;
/** An outline is less than twice this width, in pixels. */
const OUTLINE = 3;

/** Measures whether a label mask's numbers are objects, and how these are arranged. */
export function maskTraits(labels: LabelImage): MaskTraits {
  return inspectMask(labels).traits;
}

/** Measures a mask's traits, and the area of each object (of each connected component in a binary mask). */
export function inspectMask(mask: LabelImage): { traits: MaskTraits; areas: number[] } {
  const { data, width, height } = mask;
  const numbers = new Set<number>();
  const touching = new Set<number>();
  let neighbours = 0, different = 0;
  const compare = (a: number, b: number) => {
    if (a === 0 || b === 0) return;
    neighbours++;
    if (a === b) return;
    different++;
    touching.add(a).add(b);
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = data[i];
      if (value === 0) continue;
      numbers.add(value);
      if (x < width - 1) compare(value, data[i + 1]);
      if (y < height - 1) compare(value, data[i + width]);
    }
  }
  const { labels, areas } = connectedComponents(data, width, height);
  const binary = numbers.size === 1;
  const greyPicture = numbers.size > 3 && different > GREY_PICTURE * neighbours;
  // A number in two connected components is disconnected; touching objects share a component, which is harmless.
  const labelPart = new Map<number, number>(), disconnected = new Set<number>();
  for (let i = 0; i < data.length && !binary && !greyPicture; i++) {
    if (data[i] === 0) continue;
    const part = labelPart.get(data[i]);
    if (part === undefined) labelPart.set(data[i], labels[i]);
    else if (part !== labels[i]) disconnected.add(data[i]);
  }
  const void255 = greyPicture ? null : findVoid(mask, numbers);
  const traits = {
    touching: greyPicture ? 0 : touching.size,
    binary,
    objects: binary ? areas.length : numbers.size,
    backgroundComponents: connectedComponents(data.map((value) => value === 0 ? 1 : 0), width, height).areas.length,
    disconnected: disconnected.size,
    greyPicture,
    isolatedShare: isolatedShare(void255 ? { ...mask, data: data.map((value) => value === VOID ? 0 : value) } : mask),
    oneAndTwo: !data.includes(0) && numbers.size === 2 && numbers.has(1) && numbers.has(2),
    void255,
  };
  return { traits, areas: binary ? areas : [...objectAreas(mask).values()] };
}

/**
 * Computes the fraction of foreground pixels whose eight neighbours all have other numbers, one of the nearest four not
 * 0.
 */
function isolatedShare(mask: LabelImage): number {
  const { data, width, height } = mask;
  let isolated = 0, foreground = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = data[i];
      if (value === 0) continue;
      foreground++;
      const left = x > 0 ? data[i - 1] : 0, right = x < width - 1 ? data[i + 1] : 0;
      const up = y > 0 ? data[i - width] : 0, down = y < height - 1 ? data[i + width] : 0;
      const alone = left !== value && right !== value && up !== value && down !== value;
      if (alone && left + right + up + down > 0 && !hasEqualNeighbour(mask, x, y)) isolated++;
    }
  }
  return foreground > 0 ? isolated / foreground : 0;
}

/** Returns whether one of a pixel's eight neighbours has the same number. */
function hasEqualNeighbour({ data, width, height }: LabelImage, x: number, y: number): boolean {
  const value = data[y * width + x];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if ((u !== x || v !== y) && data[v * width + u] === value) return true;
    }
  }
  return false;
}

/** Finds the form of 255 in a mask in which all other numbers are small. */
function findVoid({ data, width, height }: LabelImage, numbers: ReadonlySet<number>): MaskTraits["void255"] {
  const others = [...numbers].filter((number) => number !== VOID);
  if (!numbers.has(VOID) || others.length === 0 || Math.max(...others) > MAX_OTHER) return null;
  let all = 0, deep = 0;
  const isVoid = (x: number, y: number) => x >= 0 && x < width && y >= 0 && y < height && data[y * width + x] === VOID;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== VOID) continue;
    const x = i % width, y = Math.floor(i / width);
    all++;
    const inside = isVoid(x - OUTLINE, y) && isVoid(x + OUTLINE, y) && isVoid(x, y - OUTLINE) && isVoid(x, y + OUTLINE);
    if (inside) deep++;
  }
  return deep < 0.1 * all ? "outline" : "area";
}
