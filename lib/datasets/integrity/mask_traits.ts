import type { LabelImage } from "../../images/image.ts";
import { connectedComponents } from "../../evaluate/components.ts";
import { objectAreas } from "../dataset_summary.ts";

/** What {@linkcode maskTraits} finds in a label mask. */
export interface MaskTraits {
  /** Objects that share a border with another. */
  touching: number;
  /** Whether all foreground has one number. */
  binary: boolean;
  /** Objects; of a binary mask, its connected parts. */
  objects: number;
  /** Connected parts of the background. */
  grounds: number;
  /** Numbers that lie in several unconnected parts. */
  scattered: number;
  /** Whether it looks like a picture with grey values and not like objects. */
  greyPicture: boolean;
  /** Share of the foreground whose number none of its eight neighbours has, though one of them has another. */
  specks: number;
  /** Whether it holds 1 and 2 and nothing else: classes as ilastik counts them, of which one is the ground. */
  oneAndTwo: boolean;
  /**
   * Where 255 stands far above all other numbers, as PASCAL VOC's void does: `outline` where it is a few pixels wide,
   * `area` where it is wider.
   */
  void255: "outline" | "area" | null;
}

/** Share of neighbouring foreground pixels that differ, from which on a mask is taken for a picture. */
const GREY_PICTURE = 0.3;
/** VOC's void, and the largest number of an object or class that may be there besides. */
const VOID = 255, MOST_BESIDE_VOID = 127;
/** An outline is less than twice as wide, in pixels. */
const OUTLINE = 3;

/** Looks at a label mask: whether its numbers are objects, and how these lie. */
export function maskTraits(labels: LabelImage): MaskTraits {
  return inspectMask(labels).traits;
}

/** A mask's traits, and the pixels of each of its objects (of a binary mask, of its connected parts). */
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
  // A number in two connected parts is scattered; touching objects share a part, which is no harm.
  const labelPart = new Map<number, number>(), scattered = new Set<number>();
  for (let i = 0; i < data.length && !binary && !greyPicture; i++) {
    if (data[i] === 0) continue;
    const part = labelPart.get(data[i]);
    if (part === undefined) labelPart.set(data[i], labels[i]);
    else if (part !== labels[i]) scattered.add(data[i]);
  }
  const void255 = greyPicture ? null : findVoid(mask, numbers);
  const traits = {
    touching: greyPicture ? 0 : touching.size,
    binary,
    objects: binary ? areas.length : numbers.size,
    grounds: connectedComponents(data.map((value) => value === 0 ? 1 : 0), width, height).areas.length,
    scattered: scattered.size,
    greyPicture,
    specks: shareOfSpecks(void255 ? { ...mask, data: data.map((value) => value === VOID ? 0 : value) } : mask),
    oneAndTwo: !data.includes(0) && numbers.size === 2 && numbers.has(1) && numbers.has(2),
    void255,
  };
  return { traits, areas: binary ? areas : [...objectAreas(mask).values()] };
}

/** Share of the foreground in pixels whose number none of the eight around has, though one of four has another. */
function shareOfSpecks(mask: LabelImage): number {
  const { data, width, height } = mask;
  let specks = 0, foreground = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = data[i];
      if (value === 0) continue;
      foreground++;
      const left = x > 0 ? data[i - 1] : 0, right = x < width - 1 ? data[i + 1] : 0;
      const up = y > 0 ? data[i - width] : 0, down = y < height - 1 ? data[i + width] : 0;
      const alone = left !== value && right !== value && up !== value && down !== value;
      if (alone && left + right + up + down > 0 && !hasEqualNeighbour(mask, x, y)) specks++;
    }
  }
  return foreground > 0 ? specks / foreground : 0;
}

/** Whether one of the eight pixels around has the same number. */
function hasEqualNeighbour({ data, width, height }: LabelImage, x: number, y: number): boolean {
  const value = data[y * width + x];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if ((u !== x || v !== y) && data[v * width + u] === value) return true;
    }
  }
  return false;
}

/** How 255 lies in a mask in which all other numbers are small. */
function findVoid({ data, width, height }: LabelImage, numbers: ReadonlySet<number>): MaskTraits["void255"] {
  const others = [...numbers].filter((number) => number !== VOID);
  if (!numbers.has(VOID) || others.length === 0 || Math.max(...others) > MOST_BESIDE_VOID) return null;
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
