import { join } from "node:path";
import { exists } from "../io/exists.ts";
import { copyZipEntry, zipEntrySize } from "../io/zip/zip_entry.ts";
import { writeZip, type ZipContent } from "../io/zip/write_zip.ts";
import {
  checkMaps,
  MapsError,
  type MapsFile,
  mapsInFile,
  readMaps,
  type SavedMaps,
  type StoredMaps,
} from "./probability_maps.ts";
import { RunError } from "./run_error.ts";

/**
 * The file in a finished run's folder that contains all its maps: a zip archive without compression. While a run trains,
 * its maps are loose files, one for each split and epoch, as are those of finished runs of earlier versions.
 */
export const PREDICTIONS = "predictions.zip";

const LOOSE = /^(validation|test|training)-epoch\d+\.maps$/;

/** Returns the name of the maps of a split at the end of an epoch, counted from 1. */
export function mapsName(split: MapsFile["split"], epoch: number): string {
  return `${split}-epoch${epoch}.maps`;
}

type Kept = Pick<MapsFile, "file" | "sha256">;

function mapsInArchive(folder: string, file: string): StoredMaps {
  const path = join(folder, PREDICTIONS);
  return {
    name: `${file} in ${path}`,
    size: () => zipEntrySize(path, file),
    copy: (to) => copyZipEntry(path, file, to),
  };
}

/** Maps that were read, and whether from a loose file. */
interface Found<T> {
  content: T;
  stored: StoredMaps;
  isLoose: boolean;
}

/** Reads maps from the archive, or from a loose file if the archive does not have them undamaged. */
async function fromEither<T>(
  folder: string,
  file: string,
  read: (stored: StoredMaps) => Promise<T>,
): Promise<Found<T>> {
  const archived = mapsInArchive(folder, file), loose = mapsInFile(join(folder, file));
  const errors: MapsError[] = [];
  // The archive is tried again, as another process may have gathered the loose files meanwhile.
  for (const stored of [archived, loose, archived]) {
    try {
      return { content: await read(stored), stored, isLoose: stored === loose };
    } catch (error) {
      if (!(error instanceof MapsError)) throw error;
      errors.push(error);
    }
  }
  const hasOnlyLoose = await exists(join(folder, file)) && !await exists(join(folder, PREDICTIONS));
  throw errors[hasOnlyLoose ? 1 : 2];
}

/**
 * Reads maps that a run kept. No other maps of the archive are read.
 *
 * @param folder of the run
 * @throws {MapsError} if they are missing, damaged or of another run.
 */
export async function readKeptMaps(folder: string, { file, sha256 }: Kept): Promise<SavedMaps> {
  return (await fromEither(folder, file, (stored) => readMaps(stored, sha256))).content;
}

/**
 * Checks maps that a run kept.
 *
 * @param folder of the run
 * @throws {MapsError} if they are missing, damaged or of another run.
 */
export async function checkKeptMaps(folder: string, { file, sha256 }: Kept): Promise<void> {
  await fromEither(folder, file, (stored) => checkMaps(stored, sha256));
}

/** Returns whether the files of all of a run's maps exist, damaged or not. */
export async function haveKeptMaps(folder: string, maps: readonly Kept[]): Promise<boolean> {
  if (maps.length === 0) return false;
  if (await exists(join(folder, PREDICTIONS))) return true;
  return (await Promise.all(maps.map(({ file }) => exists(join(folder, file))))).every(Boolean);
}

/** Returns the names of a run's loose files of maps. */
async function looseFiles(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) => LOOSE.test(name));
}

/**
 * Gathers the maps of a trained run in its archive, unless it has them all already. The loose files stay.
 *
 * @param folder of the run, which this process has locked
 * @param maps those of the run's record
 * @param beforeReplace rejects if the archive may no longer be written
 * @throws {MapsError} if maps are missing, damaged or of another run. Nothing is written then.
 */
export async function archiveMaps(
  folder: string,
  maps: readonly Kept[],
  beforeReplace?: () => Promise<void>,
): Promise<void> {
  const contents: ZipContent[] = [];
  let isGathered = true;
  for (const { file, sha256 } of maps) {
    // Records of earlier versions may name a file twice.
    if (contents.some(({ name }) => name === file)) continue;
    const { stored, isLoose } = await fromEither(folder, file, (stored) => checkMaps(stored, sha256));
    if (isLoose) isGathered = false;
    contents.push({ name: file, size: await stored.size(), copy: stored.copy });
  }
  if (!isGathered) await writeZip(join(folder, PREDICTIONS), contents, beforeReplace);
}

/** Removes the loose files of a run, all of whose maps are in its archive. */
export async function removeLooseMaps(folder: string): Promise<void> {
  for (const name of await looseFiles(folder)) await Deno.remove(join(folder, name)).catch(() => {});
}

/**
 * Gathers the maps of a finished run whose loose files are still there, because an earlier version wrote them or its
 * process was killed, and removes these files. They stay, and are read, where the archive cannot be written.
 *
 * @param folder of the run, which this process has locked
 * @param maps those of the run's record
 * @param requireLock rejects if the lock is lost
 */
export async function tidyLooseMaps(
  folder: string,
  maps: readonly Kept[],
  requireLock: () => Promise<void>,
): Promise<void> {
  if (!maps.length || !(await looseFiles(folder)).length) return;
  try {
    await archiveMaps(folder, maps, requireLock);
    await requireLock();
  } catch (error) {
    // Damaged maps, a lost lock, or a disk that is full or cannot be written.
    if (error instanceof RunError || (error instanceof Error && "code" in error)) return;
    throw error;
  }
  await removeLooseMaps(folder);
}
