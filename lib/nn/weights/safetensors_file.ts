import { createHash } from "node:crypto";
import { BLANK_DIGEST, type DigestOptions, isDigest, NO_DIGEST, selfDigest } from "../../io/file_digest.ts";
import { readRegularFile } from "../../io/regular_file.ts";
import { replaceFile, writeAll } from "../../io/replace_file.ts";
import {
  arrayBytes,
  decodeSafetensors,
  encodeHeader,
  MissingDigestError,
  type NamedArray,
  SafetensorsError,
  type TensorFile,
} from "./safetensors.ts";

/** The metadata entry with the digest of the whole file: see `selfDigest`. */
export const FILE_DIGEST = "file_sha256";
/** The metadata entry of earlier versions: the SHA-256 of the arrays' bytes only. */
const ARRAYS_DIGEST = "sha256";

/**
 * Writes a safetensors file with a digest of the whole file in its metadata. It replaces an existing file atomically.
 * `readSafetensors` checks the digest; PyTorch and the safetensors package ignore it.
 */
export async function writeSafetensors(
  path: string,
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const blank = { [FILE_DIGEST]: BLANK_DIGEST };
  // The digest comes first, and replaces one that was read with other metadata.
  const header = encodeHeader(arrays, Object.assign({ ...blank }, metadata, blank));
  await replaceFile(path, async (file) => {
    const hash = createHash("sha256");
    // Each part is hashed here while the system writes it.
    for (const part of [header, ...arrays.values().map(arrayBytes)]) {
      const written = writeAll(file, part);
      hash.update(part);
      await written;
    }
    await file.seek(digestPlace(header), Deno.SeekMode.Start);
    await writeAll(file, new TextEncoder().encode(hash.digest("hex")));
  });
}

/** Returns the offset of the digest's value in a file, or −1 if there is none. */
function digestPlace(file: Uint8Array): number {
  const key = new TextEncoder().encode(`"${FILE_DIGEST}":"`);
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  for (let at = file.indexOf(key[0]); at >= 0 && at < end; at = file.indexOf(key[0], at + 1)) {
    if (key.every((byte, i) => file[at + i] === byte)) return at + key.length;
  }
  return -1;
}

/**
 * Compares a decoded file with the digest in its metadata.
 *
 * @returns whether it has one; files of other programs have none, and files of earlier versions one of the arrays only
 * @throws {SafetensorsError} if the digest does not fit.
 */
export function checkSafetensors(file: Uint8Array, { arrays, metadata }: TensorFile): boolean {
  const fail = () => {
    throw new SafetensorsError("damaged: its digest does not fit what it holds");
  };
  const digest = metadata[FILE_DIGEST];
  if (digest !== undefined) {
    const at = digestPlace(file);
    if (!isDigest(digest) || at < 0 || selfDigest(file, at) !== digest) fail();
    return true;
  }
  const earlier = metadata[ARRAYS_DIGEST];
  if (isDigest(earlier)) {
    const hash = createHash("sha256");
    for (const array of arrays.values()) hash.update(arrayBytes(array));
    if (hash.digest("hex") !== earlier) fail();
  }
  return false;
}

/**
 * Reads a file that {@linkcode writeSafetensors} wrote. Files of other programs are read by `readWeights`.
 *
 * @throws {SafetensorsError} naming the file and what is wrong with it: damage, or no digest.
 */
export async function readSafetensors(
  path: string,
  { acceptWithoutDigest = false }: DigestOptions = {},
): Promise<TensorFile> {
  let file: Uint8Array;
  try {
    file = await readRegularFile(path);
  } catch (error) {
    throw new SafetensorsError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    const decoded = decodeSafetensors(file);
    if (checkSafetensors(file, decoded) || acceptWithoutDigest) return decoded;
  } catch (error) {
    throw error instanceof SafetensorsError ? new SafetensorsError(`${path} is ${error.message}`) : error;
  }
  throw new MissingDigestError(`${path} ${NO_DIGEST}`);
}
