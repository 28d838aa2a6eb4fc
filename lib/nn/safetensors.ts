import { createHash } from "node:crypto";
import { readRegularFile } from "../data/regular_file.ts";
import { replaceFile, writeAll } from "../data/replace_file.ts";
import { readHeader } from "./safetensors_header.ts";

/** An array as a safetensors file stores it. */
export interface NamedArray {
  dtype: "F32" | "I32" | "I64" | "U8";
  /** Empty for a scalar. */
  shape: number[];
  data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** What a file of weights holds. */
export class StoredArrays implements Disposable {
  constructor(
    readonly arrays: ReadonlyMap<string, NamedArray>,
    /** Text beside the arrays. */
    readonly metadata: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * Gives the memory of the arrays, and of the file that they are windows on, back at once; they are empty then. Without
   * it V8 does so when it sees fit, which may be after a training's peak.
   */
  [Symbol.dispose](): void {
    for (const { data: { buffer } } of this.arrays.values()) {
      if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
    }
  }
}

/** Thrown for bytes that are not a well-formed safetensors file. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
}

function encodeHeader(
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let length = 0;
  for (const [name, { dtype, shape, data }] of arrays) {
    header[name] = { dtype, shape, data_offsets: [length, length + data.byteLength] };
    length += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  return bytes;
}

function bytesOf({ data }: NamedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Serialises arrays and text metadata (https://github.com/huggingface/safetensors, format 0.4). */
export function encodeSafetensors(
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const header = encodeHeader(arrays, metadata);
  let at = header.length;
  const file = new Uint8Array(arrays.values().reduce((length, { data }) => length + data.byteLength, at));
  file.set(header);
  for (const array of arrays.values()) {
    file.set(bytesOf(array), at);
    at += array.data.byteLength;
  }
  return file;
}

/** The key under which {@linkcode writeSafetensors} stores the SHA-256 of all arrays' bytes. */
const CHECKSUM = "sha256";

function checksum(arrays: ReadonlyMap<string, NamedArray>): string {
  const hash = createHash("sha256");
  for (const array of arrays.values()) hash.update(bytesOf(array));
  return hash.digest("hex");
}

/** Writes a safetensors file, replacing an old one as a whole, with a checksum in its metadata. */
export async function writeSafetensors(
  path: string,
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
): Promise<void> {
  const header = encodeHeader(arrays, { ...metadata, [CHECKSUM]: checksum(arrays) });
  await replaceFile(path, async (file) => {
    await writeAll(file, header);
    for (const array of arrays.values()) await writeAll(file, bytesOf(array));
  });
}

/**
 * Reads a safetensors file; where its metadata holds a checksum, the arrays must agree with it.
 *
 * @throws {SafetensorsError} naming the file and what is wrong with it.
 */
export async function readSafetensors(path: string): Promise<StoredArrays> {
  let file: Uint8Array;
  try {
    file = await readRegularFile(path);
  } catch (error) {
    throw new SafetensorsError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return decodeChecked(file);
  } catch (error) {
    throw error instanceof SafetensorsError ? new SafetensorsError(`${path} is ${error.message}`) : error;
  }
}

/**
 * Reads a safetensors file; where its metadata holds a checksum, the arrays must agree with it.
 *
 * @throws {SafetensorsError} saying what is wrong.
 */
export function decodeChecked(file: Uint8Array): StoredArrays {
  const decoded = decodeSafetensors(file);
  const expected = decoded.metadata[CHECKSUM];
  if (expected && expected !== checksum(decoded.arrays)) {
    throw new SafetensorsError("damaged: its checksum does not fit");
  }
  return decoded;
}

/**
 * Reads a safetensors file. Strict: the header must be JSON of a plausible size, and the arrays
 * must tile the rest of the file without overlap or hole.
 *
 * @throws {SafetensorsError} saying what is wrong.
 */
export function decodeSafetensors(file: Uint8Array): StoredArrays {
  const fail = (why: string): never => {
    throw new SafetensorsError(`not a sound safetensors file: ${why}`);
  };
  const { metadata, places, length } = readHeader(file, fail);
  const arrays = new Map<string, NamedArray>();
  for (const [name, { dtype, shape, begin, end }] of places) {
    arrays.set(name, { dtype, shape, data: arrayAt(file.subarray(length + begin, length + end), dtype) });
  }
  return new StoredArrays(arrays, metadata);
}

/** An array of bytes: a view where their place is aligned, as weights are large. */
function arrayAt(bytes: Uint8Array, dtype: NamedArray["dtype"]): NamedArray["data"] {
  const size = dtype === "I64" ? 8 : dtype === "U8" ? 1 : 4;
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const count = length / size;
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, byteOffset, count);
    case "I32":
      return new Int32Array(buffer, byteOffset, count);
    case "I64":
      return new BigInt64Array(buffer, byteOffset, count);
    case "U8":
      return new Uint8Array(buffer, byteOffset, count);
  }
}
