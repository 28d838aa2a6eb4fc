import { basename, dirname, resolve } from "node:path";
import { cellSignal, stopPoint } from "../io/cell_signal.ts";
import { readClassFile } from "./classes/read_class_file.ts";
import { count } from "../io/count.ts";
import { type Dataset, DatasetError, makeDataset, type Sample } from "./dataset.ts";
import { tileNote } from "./group_notes.ts";
import { ImageError } from "../images/image.ts";
import type { ImageSource, ListOptions } from "./layouts/layout.ts";
import { listSources } from "./layouts/list_sources.ts";
import { orientationWarnings, type OrientedPair } from "./orientation_warning.ts";
import { readGroups } from "./read_groups.ts";
import { type ReadOptions, readSource } from "./read_source.ts";

/** Options of {@linkcode loadFolder}. */
export interface LoadOptions extends Omit<ReadOptions, "classes" | "onTurned">, ListOptions {
  /** A table of groups: see {@linkcode readGroups}. Default: the manifest's groups, else every file is a group. */
  groups?: string;
  /** Whether unreadable images are left out and listed in the data set's `skipped`. Default `false`. */
  skipBad?: boolean;
  /** Called after each image with the fraction done, 0 to 1. */
  onProgress?: (done: number) => void;
  /** Aborts, throwing the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/** Ids of the samples read so far, with their files: pages only get their ids when they are read. */
class SampleIds {
  readonly #paths = new Map<string, string>();

  add(samples: readonly Sample[], { path }: ImageSource): void {
    for (const { id } of samples) {
      const other = this.#paths.get(id);
      if (other) {
        throw new DatasetError(
          `${other} and ${path} both contain an image named "${id}" (pages of a stack get numbers): rename one file`,
        );
      }
      this.#paths.set(id, path);
    }
  }
}

/** Throws the first problem, before images are read, which may take hours. */
function checkProblems(sources: readonly ImageSource[]): void {
  const [first, ...others] = sources.flatMap(({ problem }) => problem ?? []);
  if (first === undefined) return;
  const more = others.length
    ? ` (and ${count(others.length, "more problem")}: deno task data check lists them all)`
    : "";
  throw new DatasetError(first + more);
}

/**
 * Reads a data set and recognises its layout: a folder of images and one of masks; such folders in `train/`, `val/` and
 * `test/`; the 2018 Data Science Bowl's folders; a table of run lengths next to a folder of images; images and masks in
 * one folder, with masks named after their images; a `manifest.json` for everything else. In a mask, 0 is background
 * and other numbers are objects, unless `classes.json` in the folder, or the manifest, names them as classes. Each page of a TIFF is a sample; the pages of one file are one group.
 *
 * @param folder the folder, or the path of a manifest
 * @returns the data set, whose `notes` describe the pairing of masks and the files that were left out
 * @throws {DatasetError} if no layout fits, something is missing, two images have one id, or the groups do not match.
 * @throws {ImageError} if a file cannot be read, is larger than allowed, or a mask has another size than its image;
 * with `skipBad`, such an image is left out and listed instead.
 */
export async function loadFolder(folder: string, options: LoadOptions = {}): Promise<Dataset> {
  const { groups: groupsFile, skipBad = false, onProgress, runs, allowOutside, signal = cellSignal() } = options;
  const path = folder.replace(/(.)\/+$/, "$1");
  const { layout, sources, notes, ...listed } = await listSources(path, { runs, allowOutside });
  const classes = listed.classes ?? await readClassFile(path.endsWith(".json") ? dirname(path) : path);
  const name = basename(resolve(path)).replace(/\.json$/, "");
  if (!skipBad) checkProblems(sources);
  const idsWhere = (bad: boolean) => sources.filter(({ problem }) => Boolean(problem) === bad).map(({ id }) => id);
  const groups = groupsFile ? await readGroups(groupsFile, idsWhere(false), name, idsWhere(true)) : undefined;
  const samples: Sample[] = [], ids = new SampleIds();
  const skipped: { id: string; reason: string }[] = [], turned: OrientedPair[] = [], pause = stopPoint(signal);
  for (const [i, source] of sources.entries()) {
    await pause();
    let read: Sample[] = [];
    try {
      read = await readSource({ ...source, group: groups?.get(source.id) ?? source.group }, {
        ...options,
        classes,
        onTurned: (pair) => turned.push(pair),
      });
    } catch (error) {
      if (!skipBad || !(error instanceof ImageError || error instanceof DatasetError)) throw error;
      skipped.push({ id: source.id, reason: error.message });
    }
    ids.add(read, source);
    samples.push(...read);
    onProgress?.((i + 1) / sources.length);
  }
  if (samples.length === 0 && skipped.length > 0) {
    throw new DatasetError(
      `None of the images in ${folder} can be read; the first of ${count(skipped.length, "problem")}: ${
        skipped[0].reason
      }`,
    );
  }
  const fromManifest = layout === "manifest" && sources.some(({ group }) => group !== undefined);
  const groupsFrom = groupsFile ?? (fromManifest ? "the manifest" : undefined);
  const hint = tileNote({ samples, groupsFrom }), warnings = orientationWarnings(turned);
  return {
    ...await makeDataset(name, samples, classes?.names),
    layout,
    skipped,
    notes: hint ? [...notes, hint] : notes,
    ...(warnings.length > 0 && { warnings }),
    ...(groupsFrom ? { groupsFrom } : {}),
  };
}
