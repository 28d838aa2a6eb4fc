import { join } from "node:path";
import { exists } from "../io/exists.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { DatasetError } from "./dataset.ts";
import { download, hashFile } from "../io/download.ts";
import { scienceBowl } from "./layouts/science_bowl.ts";
import { replaceText } from "../io/replace_file.ts";
import { ArchiveError, unzip } from "../io/unzip.ts";

/**
 * The training set of the 2018 Data Science Bowl, from the Broad Bioimage Benchmark Collection (Caicedo et al., Nature
 * Methods 16, 1247–1253, 2019), CC0.
 */
export const BBBC038 = {
  url: "https://data.broadinstitute.org/bbbc/BBBC038/stage1_train.zip",
  images: 670,
} as const;

/** Options of {@linkcode fetchBbbc038}. */
export interface FetchOptions {
  /** Another address of the same archive. */
  url?: string;
  /** Expected number of images. Default 670. */
  images?: number;
  /** Called with the current phase, the fraction done (0 to 1), and a note. */
  onProgress?: (phase: "fetching" | "unpacking", done: number, note: string) => void;
  /** Aborts, throwing the signal's reason; the partial download is kept. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/**
 * Downloads the Science Bowl's training set to `folder/stage1_train`. A broken download is resumed. The whole archive
 * is checked before the folder is created (every file's CRC-32, the number of images, masks for each), and its address
 * and SHA-256 are written to `folder/source.json`. A complete folder is not changed.
 *
 * @returns whether the data set was downloaded
 * @throws {DownloadError} if it cannot be downloaded.
 * @throws {ArchiveError} if the archive is damaged.
 * @throws {DatasetError} if the archive does not contain the data set.
 */
export async function fetchBbbc038(folder: string, options: FetchOptions = {}): Promise<boolean> {
  const { url = BBBC038.url, images = BBBC038.images, onProgress, signal = cellSignal() } = options;
  const target = join(folder, "stage1_train");
  const record = join(folder, "source.json");
  try {
    // The record is written last, so that a folder with a record is complete.
    await Deno.stat(record);
    return false;
  } catch {
    // not complete yet
  }
  const archive = join(folder, "stage1_train.zip");
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  let downloaded = false;
  try {
    downloaded = (await Deno.stat(archive)).isFile;
  } catch {
    // not downloaded yet
  }
  if (!downloaded) {
    await download(url, archive, {
      resume: true,
      signal,
      onProgress: (received, total) =>
        onProgress?.(
          "fetching",
          total ? received / total : 0,
          total ? `${megabytes(received)} of ${megabytes(total)}` : megabytes(received),
        ),
    });
  }
  const sha256 = await hashFile(archive);
  // The images' folders are either in stage1_train/ or at the top level.
  const unpacked = join(folder, "unpacked");
  await Deno.remove(unpacked, { recursive: true }).catch(() => {});
  try {
    await unzip(archive, unpacked, { signal, onProgress: (done) => onProgress?.("unpacking", done, "") });
    const { sources } = await scienceBowl.list(unpacked, {}) ?? { sources: [] };
    if (sources.length !== images) {
      throw new DatasetError(`${url} contains ${sources.length} images instead of ${images}: it is another data set`);
    }
    const bare = sources.find(({ mask }) => mask.kind === "objects" && mask.paths.length === 0);
    if (bare) throw new DatasetError(`${url} contains no masks for ${bare.id}: it is another data set`);
    await Deno.remove(target, { recursive: true }).catch(() => {});
    const inner = join(unpacked, "stage1_train");
    const nested = await exists(inner);
    await Deno.rename(nested ? inner : unpacked, target);
  } catch (error) {
    // If the archive is wrong, the next try downloads it again.
    if (error instanceof ArchiveError || error instanceof DatasetError) await Deno.remove(archive).catch(() => {});
    throw error;
  } finally {
    await Deno.remove(unpacked, { recursive: true }).catch(() => {});
  }
  await replaceText(record, JSON.stringify({ url, sha256, images, license: "CC0 1.0" }, null, 1) + "\n");
  await Deno.remove(archive);
  return true;
}
