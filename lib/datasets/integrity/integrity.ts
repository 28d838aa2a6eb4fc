import { median } from "../../math/mean.ts";
import type { Dataset } from "../dataset.ts";
import { datasetSummary } from "../dataset_summary.ts";
import { count } from "../../io/count.ts";
import { type Finding, type ImageReport, maskFindings } from "./findings.ts";
import { inspectMask } from "./mask_traits.ts";
import { type NearDuplicate, nearDuplicates } from "./near_duplicates.ts";

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

/**
 * Looks at each image and its mask for what spoils a training: masks that are no label masks, that are inverted or empty,
 * hot pixels, saturation. Part of {@linkcode integrityReport}, without its search for near-duplicates.
 *
 * @param onProgress called with the share that is done, 0 to 1
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkMasks, makeDataset } from "lib";
 *
 * const size = { width: 8, height: 8 };
 * const image = { ...size, channels: 1, bits: 8, data: new Uint8Array(64) } as const;
 * const labels = { ...size, data: new Uint16Array(64) };
 * const { findings } = checkMasks(await makeDataset("empty", [{ id: "a", group: "a", image, labels }]));
 * assert.ok(findings.some(({ ids }) => ids.includes("a")));
 * ```
 */
export function checkMasks(
  dataset: Dataset,
  onProgress?: (done: number) => void,
): { images: ImageReport[]; findings: Finding[] } {
  const { samples } = dataset;
  const images = datasetSummary(dataset).map(({ objectAreas: _, ...summary }, i): ImageReport => {
    const { traits, areas } = inspectMask(samples[i].labels);
    onProgress?.((i + 1) / samples.length);
    return { ...summary, ...traits, medianArea: areas.length ? median(areas) : null };
  });
  return { images, findings: maskFindings(images) };
}

/**
 * Looks through a data set for what spoils a study: images that could not be read (read it with `skipBad`), what
 * {@linkcode checkMasks} finds, near-duplicates in different groups, mixed kinds of microscopy.
 *
 * @param onProgress called with the share that is done, 0 to 1
 */
export function integrityReport(dataset: Dataset, onProgress?: (done: number) => void): IntegrityReport {
  const { samples, name, layout, fingerprint, skipped = [] } = dataset;
  const checked = checkMasks(dataset, (done) => onProgress?.(0.5 * done));
  const { images } = checked;
  const duplicates = nearDuplicates(dataset, (done) => onProgress?.(0.5 + 0.5 * done));
  const modalities = Object.fromEntries(
    [...Map.groupBy(images, ({ modality }) => modality)].map(([modality, { length }]) => [modality, length]),
  );
  const findings: Finding[] = [
    ...skipped.map(({ id, reason }): Finding => ({ severity: "error", message: reason, ids: [id], namesImage: true })),
    ...checked.findings,
  ];
  const apart = duplicates.filter(({ sameGroup }) => !sameGroup);
  if (apart.length > 0) {
    findings.push({
      severity: "warning",
      message: `${count(apart.length, "pair")} of near-duplicates in different groups: they would leak across folds`,
      ids: apart.flatMap(({ a, b }) => [a, b]),
    });
  }
  if (Object.keys(modalities).length > 1) {
    const found = Object.entries(modalities).map(([modality, number]) => `${modality} ${number}`).join(", ");
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
  const groupById = new Map(dataset.samples.map(({ id, group }) => [id, group]));
  for (const { a, b } of duplicates) {
    const [first, second] = [find(groupById.get(a)!), find(groupById.get(b)!)].sort();
    parent.set(second, first);
  }
  return new Map(dataset.samples.map(({ id, group }) => [id, find(group)]));
}
