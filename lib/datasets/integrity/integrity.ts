import { median } from "../../math/mean.ts";
import type { Dataset } from "../dataset.ts";
import { datasetSummary } from "../dataset_summary.ts";
import { count } from "../../io/count.ts";
import { classFindings } from "./class_findings.ts";
import { type Finding, type ImageReport, maskFindings, sortFindings } from "./findings.ts";
import { inspectMask } from "./mask_traits.ts";
import { type NearDuplicate, nearDuplicates } from "./near_duplicates.ts";

/** The result of checking a data set. */
export interface IntegrityReport {
  name: string;
  layout: string;
  fingerprint: string;
  findings: Finding[];
  /** Numbers of images by modality. */
  modalities: Record<string, number>;
  /** Side of a pixel in µm, as the files state it; null if they do not. */
  pixelSizes: (number | null)[];
  duplicates: NearDuplicate[];
  images: ImageReport[];
}

/**
 * Checks each image and its mask for problems in training: masks that are not label masks, inverted or empty masks, hot
 * pixels, saturation. Part of {@linkcode integrityReport}, without its search for near-duplicates.
 *
 * @param onProgress called with the fraction done, 0 to 1
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
  const warnings = (dataset.warnings ?? []).map(({ message, ids }): Finding => ({
    severity: "warning",
    message,
    ids: [...ids],
  }));
  return { images, findings: sortFindings([...warnings, ...classFindings(dataset), ...maskFindings(images)]) };
}

/**
 * Checks a data set for problems in a study: unreadable images (if it was read with `skipBad`), the findings of
 * {@linkcode checkMasks}, near-duplicates in different groups, and several modalities.
 *
 * @param onProgress called with the fraction done, 0 to 1
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
  const crossing = duplicates.filter(({ sameGroup }) => !sameGroup);
  if (crossing.length > 0) {
    findings.push({
      severity: "warning",
      message: `${count(crossing.length, "pair")} of near-duplicates in different groups: they would leak across folds`,
      ids: crossing.flatMap(({ a, b }) => [a, b]),
    });
  }
  if (Object.keys(modalities).length > 1) {
    const found = Object.entries(modalities).map(([modality, number]) => `${modality} ${number}`).join(", ");
    findings.push({ severity: "note", message: `Several kinds of microscopy: ${found}`, ids: [] });
  }
  const depths = new Set(images.map(({ bits }) => bits));
  if (depths.size > 1) {
    findings.push({ severity: "note", message: `Images of several depths: ${[...depths].join(", ")} bits`, ids: [] });
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
 * Merges the groups of near-duplicates, so that a split cannot separate them.
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
