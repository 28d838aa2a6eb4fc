import { join } from "node:path";
import { cellSignal } from "../io/cell_signal.ts";
import { DatasetError } from "./dataset.ts";
import { download, hashFile } from "../io/download.ts";
import { scienceBowl } from "./layouts/science_bowl.ts";
import { replaceText } from "../io/replace_file.ts";
import { ArchiveError, unzip } from "../io/unzip.ts";

/**
 * The training set of the 2018 Data Science Bowl at the Broad Bioimage Benchmark Collection (Caicedo et al., Nature
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
  /** How many images it must hold. Default 670. */
  images?: number;
  /** Called with what is going on and the share that is done, 0 to 1. */
  onProgress?: (what: "fetching" | "unpacking", done: number, note: string) => void;
  /** Ends it with the signal's reason; what has arrived is kept. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/**
 * Fetches the Science Bowl's training set into `folder/stage1_train`. A broken download is continued; the archive is
 * checked as a whole before it takes its place (every file's CRC-32, the number of images, masks for each), and its
 * address and SHA-256 are written to `folder/source.json`. What is there already is left alone.
 *
 * @returns whether anything had to be fetched
 * @throws {DownloadError} if it cannot be fetched.
 * @throws {ArchiveError} if the archive is damaged.
 * @throws {DatasetError} if it does not hold the data set.
 */
export async function fetchBbbc038(folder: string, options: FetchOptions = {}): Promise<boolean> {
  const { url = BBBC038.url, images = BBBC038.images, onProgress, signal = cellSignal() } = options;
  const target = join(folder, "stage1_train");
  const record = join(folder, "source.json");
  try {
    // Written last: with it, the folder is complete.
    await Deno.stat(record);
    return false;
  } catch {
    // to be fetched
  }
  const archive = join(folder, "stage1_train.zip");
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  let here = false;
  try {
    here = (await Deno.stat(archive)).isFile;
  } catch {
    // not yet
  }
  if (!here) {
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
  // Either all of it lies in stage1_train/, or the images' folders lie at the top.
  const unpacked = join(folder, "unpacked");
  await Deno.remove(unpacked, { recursive: true }).catch(() => {});
  try {
    await unzip(archive, unpacked, { signal, onProgress: (done) => onProgress?.("unpacking", done, "") });
    const { sources } = await scienceBowl.list(unpacked, {}) ?? { sources: [] };
    if (sources.length !== images) {
      throw new DatasetError(`${url} holds ${sources.length} images instead of ${images}: it is not this data set`);
    }
    const bare = sources.find(({ mask }) => mask.kind === "objects" && mask.paths.length === 0);
    if (bare) throw new DatasetError(`${url} holds no masks for ${bare.id}: it is not this data set`);
    await Deno.remove(target, { recursive: true }).catch(() => {});
    const inner = join(unpacked, "stage1_train");
    const nested = await Deno.stat(inner).then(() => true, () => false);
    await Deno.rename(nested ? inner : unpacked, target);
  } catch (error) {
    // Where the archive is not what it should be, the next try starts afresh.
    if (error instanceof ArchiveError || error instanceof DatasetError) await Deno.remove(archive).catch(() => {});
    throw error;
  } finally {
    await Deno.remove(unpacked, { recursive: true }).catch(() => {});
  }
  await replaceText(record, JSON.stringify({ url, sha256, images, license: "CC0 1.0" }, null, 1) + "\n");
  await Deno.remove(archive);
  return true;
}
