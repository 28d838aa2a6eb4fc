import { createHash } from "node:crypto";
import { z } from "zod";
import { codedProbability, logitCode } from "../math/logit_codes.ts";
import { replaceFile, writeAll } from "../io/replace_file.ts";
import { RunError } from "./run_error.ts";

/** One image's probability map. */
export interface ProbabilityMap {
  id: string;
  width: number;
  height: number;
  /**
   * Probability of foreground, float32 `[height, width]`; for a task of several classes that of each class,
   * `[height, width, classes]`.
   */
  probabilities: Float32Array;
}

/** A file of maps in a run's record. */
export interface MapsFile {
  /** Name in the archive of the run's predictions: see `kept_maps.ts`. */
  file: string;
  split: "validation" | "test" | "training";
  /** Epoch whose weights predicted them, counted from 1. */
  epoch: number;
  /** SHA-256 of ids, sizes and codes, in hexadecimal. */
  sha256: string;
}

const Head = z.object({
  id: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  classes: z.int().min(2).optional(),
});
type Head = z.output<typeof Head>;

function digest(heads: readonly Head[], codes: Uint16Array): string {
  return createHash("sha256").update(JSON.stringify(heads)).update(new Uint8Array(codes.buffer)).digest("hex");
}

/** Separates high and low bytes, which compresses better. */
function toPlanes(codes: Uint16Array): Uint8Array {
  const planes = new Uint8Array(2 * codes.length);
  for (let i = 0; i < codes.length; i++) {
    planes[i] = codes[i] >> 8;
    planes[codes.length + i] = codes[i] & 255;
  }
  return planes;
}

/**
 * Writes probability maps, compressed (gzip over a line of JSON and 16-bit logits): a logit keeps ± 0.0002, a
 * probability of a half ± 0.00005.
 *
 * @returns the SHA-256 of the stored content
 */
export async function writeMaps(path: string, maps: readonly ProbabilityMap[]): Promise<string> {
  const heads = maps.map(({ id, width, height, probabilities }): Head => {
    const classes = probabilities.length / (width * height);
    return { id, width, height, ...(classes > 1 && { classes }) };
  });
  const codes = new Uint16Array(maps.reduce((sum, { probabilities }) => sum + probabilities.length, 0));
  let at = 0;
  for (const { probabilities } of maps) for (const p of probabilities) codes[at++] = logitCode(p);
  const head = new TextEncoder().encode(JSON.stringify(heads) + "\n");
  const stream = new Blob([head, toPlanes(codes) as BlobPart]).stream().pipeThrough(new CompressionStream("gzip"));
  await replaceFile(path, async (file) => {
    for await (const chunk of stream) await writeAll(file, chunk);
  });
  return digest(heads, codes);
}

/** Thrown for stored maps that are missing, damaged or of another run. */
export class MapsError extends RunError {
  override readonly name = "MapsError";

  /** @param problem message without the advice */
  constructor(readonly problem: string, advice = "delete its folder to run it again") {
    super(`${problem}: ${advice}`);
  }
}

/** The result of {@linkcode readMaps}. */
export interface SavedMaps {
  maps: ProbabilityMap[];
  /** SHA-256 of ids, sizes and codes, in hexadecimal. */
  sha256: string;
}

/** Stored maps: a file that {@linkcode writeMaps} wrote, or a copy of it in an archive. */
export interface StoredMaps {
  /** Name for messages. */
  name: string;
  /** Number of bytes. */
  size(): Promise<number>;
  /** Copies the bytes into a stream, and closes the stream. */
  copy(to: WritableStream<Uint8Array>): Promise<void>;
}

/** The maps in a file. */
export function mapsInFile(path: string): StoredMaps {
  return {
    name: path,
    size: async () => (await Deno.stat(path)).size,
    async copy(to) {
      await (await Deno.open(path)).readable.pipeTo(to);
    },
  };
}

/** The content of stored maps, with logits as codes. */
async function readCodes(
  stored: StoredMaps,
  expected?: string,
): Promise<{ heads: Head[]; codes: Uint16Array; sha256: string }> {
  let bytes: Uint8Array;
  const { readable, writable } = new DecompressionStream("gzip") as TransformStream<
    Uint8Array,
    Uint8Array<ArrayBuffer>
  >;
  try {
    const [content] = await Promise.all([new Response(readable).arrayBuffer(), stored.copy(writable)]);
    bytes = new Uint8Array(content);
  } catch (error) {
    // The copy may have failed before it began.
    await writable.abort(error).catch(() => {});
    throw new MapsError(`${stored.name} cannot be read (${(error as Error).message})`);
  }
  const end = bytes.indexOf(10);
  const heads = readHeads(bytes.subarray(0, Math.max(0, end)));
  const count = (bytes.length - end - 1) / 2;
  const codes = new Uint16Array(Math.floor(Math.max(0, count)));
  for (let i = 0; i < codes.length; i++) codes[i] = bytes[end + 1 + i] << 8 | bytes[end + 1 + codes.length + i];
  const pixels = heads?.reduce((sum, { width, height, classes = 1 }) => sum + width * height * classes, 0);
  const sha256 = digest(heads ?? [], codes);
  if (!heads || pixels !== count || (expected !== undefined && sha256 !== expected)) {
    throw new MapsError(`${stored.name} is not as its run wrote it`);
  }
  return { heads, codes, sha256 };
}

/** Reads ids and sizes from the file's first line, if it is well-formed. */
function readHeads(line: Uint8Array): Head[] | undefined {
  try {
    return z.array(Head).parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line)));
  } catch {
    return undefined;
  }
}

/**
 * Checks that maps are as {@linkcode writeMaps} wrote them.
 *
 * @param expected the required SHA-256. Default: any
 * @throws {MapsError} if they are missing, damaged or of another run.
 */
export async function checkMaps(stored: StoredMaps, expected?: string): Promise<void> {
  await readCodes(stored, expected);
}

/**
 * Reads maps that {@linkcode writeMaps} wrote.
 *
 * @param expected the required SHA-256. Default: any
 * @throws {MapsError} if they are missing, damaged or of another run.
 */
export async function readMaps(stored: StoredMaps, expected?: string): Promise<SavedMaps> {
  const { heads, codes, sha256 } = await readCodes(stored, expected);
  let at = 0;
  const maps = heads.map(({ id, width, height, classes = 1 }) => {
    const probabilities = new Float32Array(width * height * classes);
    for (let i = 0; i < probabilities.length; i++) probabilities[i] = codedProbability(codes[at++]);
    return { id, width, height, probabilities };
  });
  return { maps, sha256 };
}
