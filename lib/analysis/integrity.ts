import type { Dataset } from "../data/dataset.ts";
import type { LabelImage } from "../data/image.ts";
import { connectedComponents } from "./components.ts";
import { datasetSummary, type ImageSummary, objectAreas } from "./dataset_summary.ts";
import { type NearDuplicate, nearDuplicates } from "./near_duplicates.ts";

/** What {@linkcode maskTraits} finds in a label mask. */
export interface MaskTraits {
  /** Objects that share a border with another. */
  touching: number;
  /** Whether all foreground has one number. */
  binary: boolean;
  /** Objects; of a binary mask, its connected parts. */
  objects: number;
  /** Numbers that lie in several unconnected parts. */
  scattered: number;
  /** Whether it looks like a picture with grey values and not like objects. */
  greyPicture: boolean;
}

/** Share of neighbouring foreground pixels that differ, from which on a mask is taken for a picture. */
const GREY_PICTURE = 0.3;

/** Looks at a label mask: whether its numbers are objects, and how these lie. */
export function maskTraits(labels: LabelImage): MaskTraits {
  return inspectMask(labels).traits;
}

/** A mask's traits, and the pixels of each of its objects (of a binary mask, of its connected parts). */
function inspectMask(mask: LabelImage): { traits: MaskTraits; areas: number[] } {
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
      if (data[i] === 0) continue;
      numbers.add(data[i]);
      if (x < width - 1) compare(data[i], data[i + 1]);
      if (y < height - 1) compare(data[i], data[i + width]);
    }
  }
  const { labels, areas } = connectedComponents(data, width, height);
  const binary = numbers.size === 1;
  const greyPicture = numbers.size > 3 && different > GREY_PICTURE * neighbours;
  // A number in two connected parts is scattered; touching objects share a part, which is no harm.
  const partOf = new Map<number, number>(), scattered = new Set<number>();
  for (let i = 0; i < data.length && !binary && !greyPicture; i++) {
    if (data[i] === 0) continue;
    const part = partOf.get(data[i]);
    if (part === undefined) partOf.set(data[i], labels[i]);
    else if (part !== labels[i]) scattered.add(data[i]);
  }
  const traits = {
    touching: greyPicture ? 0 : touching.size,
    binary,
    objects: binary ? areas.length : numbers.size,
    scattered: scattered.size,
    greyPicture,
  };
  return { traits, areas: binary ? areas : [...objectAreas(mask).values()] };
}

/** What is wrong, or deserves a look. */
export interface Finding {
  severity: "error" | "warning" | "note";
  /** One sentence. */
  message: string;
  /** Images that it concerns. */
  ids: string[];
}

/** One image of an {@linkcode IntegrityReport}. */
export type ImageReport = Omit<ImageSummary, "objectAreas"> & MaskTraits & {
  /** Median area of an object, in pixels; null where there is none. */
  medianArea: number | null;
};

/** The state of a data set. */
export interface IntegrityReport {
  name: string;
  layout: string;
  fingerprint: string;
  findings: Finding[];
  /** Numbers of images by modality. */
  modalities: Record<string, number>;
  /** Side of a pixel in µm, as the files say; null where they do not. */
  pixelSizes: (number | null)[];
  duplicates: NearDuplicate[];
  images: ImageReport[];
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length ? (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2 : null;
}

/**
 * Looks through a data set for what spoils a study: images that could not be read (read it with `skipBad`), masks
 * that are empty or no masks, near-duplicates in different groups, saturation, mixed kinds of microscopy.
 *
 * @param onProgress called with the share that is done, 0 to 1
 */
export function integrityReport(dataset: Dataset, onProgress?: (done: number) => void): IntegrityReport {
  const { samples, name, layout, fingerprint, skipped = [] } = dataset;
  const images = datasetSummary(dataset).map(({ objectAreas: _, ...summary }, i): ImageReport => {
    const { traits, areas } = inspectMask(samples[i].labels);
    onProgress?.(0.5 * (i + 1) / samples.length);
    return { ...summary, ...traits, medianArea: median(areas) };
  });
  const duplicates = nearDuplicates(dataset, (done) => onProgress?.(0.5 + 0.5 * done));
  const modalities = Object.fromEntries(
    [...Map.groupBy(images, ({ modality }) => modality)].map(([modality, some]) => [modality, some.length]),
  );

  const findings: Finding[] = skipped.map(({ id, reason }) => ({ severity: "error", message: reason, ids: [id] }));
  const tell = (
    severity: Finding["severity"],
    applies: (image: ImageReport) => boolean,
    message: (count: number) => string,
  ) => {
    const ids = images.filter(applies).map(({ id }) => id);
    if (ids.length > 0) findings.push({ severity, message: message(ids.length), ids });
  };
  const n = (count: number, singular: string, plural = `${singular}s`) => `${count} ${count === 1 ? singular : plural}`;
  tell(
    "error",
    ({ greyPicture }) => greyPicture,
    (k) => `${n(k, "mask")} with grey values like a picture's: no label mask`,
  );
  tell("warning", ({ objects }) => objects === 0, (k) => `${n(k, "mask")} without any object`);
  tell(
    "warning",
    ({ foreground }) => foreground > 0.95,
    (k) => `${n(k, "mask")} that call nearly everything foreground`,
  );
  tell("warning", ({ contrast }) => contrast === 0, (k) => `${n(k, "image")} of one grey value`);
  tell(
    "warning",
    ({ saturated }) => saturated > 0.01,
    (k) => `${n(k, "image")} with more than 1 % of the values at the top of the range`,
  );
  tell(
    "warning",
    ({ scattered }) => scattered > 0,
    (k) => `${n(k, "mask")} in which one number lies in several places`,
  );
  tell(
    "note",
    ({ binary, objects }) => binary && objects > 1,
    (k) => `${n(k, "mask")} without object numbers: touching objects count as one`,
  );
  tell("note", ({ touching }) => touching > 0, (k) => `${n(k, "mask")} with touching objects`);
  const apart = duplicates.filter(({ sameGroup }) => !sameGroup);
  if (apart.length > 0) {
    findings.push({
      severity: "warning",
      message: `${n(apart.length, "pair")} of near-duplicates in different groups: they would leak across folds`,
      ids: apart.flatMap(({ a, b }) => [a, b]),
    });
  }
  if (Object.keys(modalities).length > 1) {
    const found = Object.entries(modalities).map(([modality, count]) => `${modality} ${count}`).join(", ");
    findings.push({ severity: "note", message: `Several kinds of microscopy: ${found}`, ids: [] });
  }
  const depths = new Set(images.map(({ bits }) => bits));
  if (depths.size > 1) {
    findings.push({ severity: "note", message: `Images of ${[...depths].join(", ")} bits together`, ids: [] });
  }
  const pixelSizes = [...new Set(samples.map(({ pixelSize }) => pixelSize ?? null))];
  if (pixelSizes.length > 1) {
    findings.push({
      severity: "warning",
      message: `Pixels of several sizes (µm): ${pixelSizes.map((size) => size ?? "unknown").join(", ")}`,
      ids: [],
    });
  }
  return {
    name,
    layout: layout ?? "generated",
    fingerprint,
    findings,
    modalities,
    pixelSizes,
    duplicates,
    images,
  };
}

/**
 * Groups that keep near-duplicates together: the given groups, merged where a pair crosses them.
 *
 * @returns the group of each id
 */
export function mergeDuplicates(dataset: Dataset, duplicates: readonly NearDuplicate[]): Map<string, string> {
  const parent = new Map(dataset.samples.map(({ group }) => [group, group]));
  const find = (group: string): string => {
    const next = parent.get(group)!;
    return next === group ? group : find(next);
  };
  const groupOf = new Map(dataset.samples.map(({ id, group }) => [id, group]));
  for (const { a, b } of duplicates) {
    const [first, second] = [find(groupOf.get(a)!), find(groupOf.get(b)!)].sort();
    parent.set(second, first);
  }
  return new Map(dataset.samples.map(({ id, group }) => [id, find(group)]));
}
