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

/** Thrown for a file that would have to carry a digest and does not. */
export class MissingDigestError extends SafetensorsError {}

const SIZES = { F32: 4, I32: 4, I64: 8, U8: 1 } as const;

/** The format's own limit on the header, 100 MB. */
const MAX_HEADER = 100_000_000;

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
export function decodeSafetensors(file: Uint8Array): StoredArrays {
  const fail = (what: string): never => {
    throw new SafetensorsError(`not a sound safetensors file: ${what}`);
  };
  if (file.length < 8) fail(`it has ${file.length} bytes`);
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (headerLength > MAX_HEADER || 8 + headerLength > file.length) {
    fail(`its header claims ${headerLength} bytes of a file of ${file.length}`);
  }
  let header: Record<string, unknown> = {};
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, 8 + headerLength)));
  } catch {
    fail("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) fail("its header is not an object");
  const { __metadata__: rawMetadata = {}, ...entries } = header;
  if (typeof rawMetadata !== "object" || rawMetadata === null || Array.isArray(rawMetadata)) {
    fail(`its metadata are ${JSON.stringify(rawMetadata).slice(0, 40)} in place of named texts`);
  }
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(rawMetadata as object)) {
    if (typeof value !== "string") fail(`its metadata "${key}" is not text`);
    metadata[key] = value;
  }
  const body = file.subarray(8 + headerLength);
  const spans: [begin: number, end: number][] = [];
  const arrays = new Map<string, NamedArray>();
  for (const [name, value] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    if (typeof dtype !== "string" || !(dtype in SIZES)) fail(`"${name}" has the dtype ${JSON.stringify(dtype)}`);
    const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
    if (!Array.isArray(shape) || !shape.every(isCount)) fail(`"${name}" has the shape ${JSON.stringify(shape)}`);
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) fail(`"${name}" has no place`);
    const [begin, end] = offsets as [number, number];
    const size = SIZES[dtype as keyof typeof SIZES];
    const bytes = (shape as number[]).reduce((product, side) => product * side, size);
    if (end - begin !== bytes || end > body.length) {
      fail(`"${name}" needs ${bytes} bytes and points at ${begin} to ${end} of ${body.length}`);
    }
    spans.push([begin, end]);
    // A view where the place is aligned: weights are large.
    const aligned = (body.byteOffset + begin) % 8 === 0 || (size <= 4 && (body.byteOffset + begin) % 4 === 0);
    const { buffer, byteOffset } = aligned ? body.subarray(begin, end) : body.slice(begin, end);
    const count = bytes / size;
    const data = dtype === "F32"
      ? new Float32Array(buffer, byteOffset, count)
      : dtype === "I32"
      ? new Int32Array(buffer, byteOffset, count)
      : dtype === "I64"
      ? new BigInt64Array(buffer, byteOffset, count)
      : new Uint8Array(buffer, byteOffset, count);
    arrays.set(name, { dtype: dtype as NamedArray["dtype"], shape: shape as number[], data });
  }
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let at = 0;
  for (const [begin, end] of spans) {
    if (begin !== at) fail(`its arrays ${begin < at ? "overlap" : "leave a hole"} at byte ${Math.min(begin, at)}`);
    at = end;
  }
  if (at !== body.length) fail(`${body.length - at} bytes belong to no array`);
  return new StoredArrays(arrays, metadata);
}
