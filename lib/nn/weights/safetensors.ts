import { readHeader, SIZES } from "./safetensors_header.ts";
import { UserError } from "../../io/user_error.ts";

/** An array of a safetensors file. */
export interface NamedArray {
  dtype: "F16" | "F32" | "I32" | "I64" | "U8";
  /** Empty for a scalar. */
  shape: number[];
  data: Float16Array | Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** The contents of a file of weights. */
export class TensorFile implements Disposable {
  constructor(
    readonly arrays: ReadonlyMap<string, NamedArray>,
    /** Text metadata. */
    readonly metadata: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * Frees the memory of the arrays, and of the file that they are views of, at once; the arrays are empty then.
   * Otherwise V8 frees it later, possibly after the peak of a training.
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

/** Thrown for a file without the digest that it must contain. */
export class MissingDigestError extends SafetensorsError {
  override readonly name = "MissingDigestError";
}

/** Returns the start of a safetensors file: the length of the JSON header, and the header. */
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

/** Returns an array's bytes, without copying them. */
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
 * Reads a safetensors file. The header must be JSON of a plausible size, and the arrays must fill the rest of the file
 * without overlap or gap. Arrays of float16 are widened to float32.
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
    const data = arrayAt(file.subarray(length + begin, length + end), dtype);
    arrays.set(
      name,
      data instanceof Float16Array ? { dtype: "F32", shape, data: Float32Array.from(data) } : { dtype, shape, data },
    );
  }
  return new TensorFile(arrays, metadata);
}

/** Returns bytes as an array: a view if they are aligned, otherwise a copy. */
function arrayAt(bytes: Uint8Array, dtype: NamedArray["dtype"]): NamedArray["data"] {
  const size = SIZES[dtype];
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const count = length / size;
  switch (dtype) {
    case "F16":
      return new Float16Array(buffer, byteOffset, count);
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
