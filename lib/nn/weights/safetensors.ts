import { readHeader } from "./safetensors_header.ts";
import { UserError } from "../../io/user_error.ts";

/** An array as a safetensors file stores it. */
export interface NamedArray {
  dtype: "F32" | "I32" | "I64" | "U8";
  /** Empty for a scalar. */
  shape: number[];
  data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** What a file of weights holds. */
export class TensorFile implements Disposable {
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
export class SafetensorsError extends UserError {
  override readonly name: string = "SafetensorsError";
}

/** Thrown for a file that would have to carry a digest and does not. */
export class MissingDigestError extends SafetensorsError {
  override readonly name = "MissingDigestError";
}

/** The length and the JSON that a safetensors file begins with; the arrays' bytes follow. */
export function encodeHeader(
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>>,
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

/** An array's bytes, which stay its own. */
export function arrayBytes({ data }: NamedArray): Uint8Array {
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
    file.set(arrayBytes(array), at);
    at += array.data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file. Strict: the header must be JSON of a plausible size, and the arrays
 * must tile the rest of the file without overlap or hole.
 *
 * @throws {SafetensorsError} saying what is wrong.
 */
export function decodeSafetensors(file: Uint8Array): TensorFile {
  const fail = (why: string): never => {
    throw new SafetensorsError(`not a sound safetensors file: ${why}`);
  };
  const { metadata, places, length } = readHeader(file, fail);
  const arrays = new Map<string, NamedArray>();
  for (const [name, { dtype, shape, begin, end }] of places) {
    arrays.set(name, { dtype, shape, data: arrayAt(file.subarray(length + begin, length + end), dtype) });
  }
  return new TensorFile(arrays, metadata);
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
