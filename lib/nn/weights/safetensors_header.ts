/** Bytes per element of each supported dtype. */
export const SIZES = { F16: 2, F32: 4, I32: 4, I64: 8, U8: 1 } as const;

/** A supported dtype. */
export type StoredType = keyof typeof SIZES;

/** The position of an array after the header. */
export interface ArrayPlace {
  dtype: StoredType;
  shape: number[];
  begin: number;
  end: number;
}

/** A model of 10,000 arrays has a header of 1 MB; the format allows 100 MB, which can take 2 GB as JSON. */
const MAX_HEADER = 4_000_000;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Returns a short text of any value, for a message. */
function show(value: unknown): string {
  if (Array.isArray(value)) return value.length <= 16 && value.every(isCount) ? `[${value}]` : "no list of sizes";
  if (typeof value === "object" && value !== null) return "an object";
  return JSON.stringify(typeof value === "string" ? value.slice(0, 100) : value) ?? "missing";
}

/**
 * Reads the header of a safetensors file. Its arrays must fill the rest of the file without overlap or gap.
 *
 * @param fail throws the reason
 * @returns the metadata, the positions of the arrays, and the end of the header
 */
export function readHeader(
  file: Uint8Array,
  fail: (why: string) => never,
): { metadata: Record<string, string>; places: Map<string, ArrayPlace>; length: number } {
  if (file.length < 8) fail(`it has ${file.length} bytes`);
  const claimed = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (8 + claimed > file.length) fail(`its header claims ${claimed} bytes of a file of ${file.length}`);
  if (claimed > MAX_HEADER) fail(`its header claims ${claimed} bytes, more than ${MAX_HEADER}`);
  const length = 8 + claimed;
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, length)));
  } catch {
    fail("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) fail("its header is not an object");
  const metadata: Record<string, string> = {};
  const places = new Map<string, ArrayPlace>();
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") Object.assign(metadata, readMetadata(value, fail));
    else places.set(name, readPlace(name, value, file.length - length, fail));
  }
  checkTiling([...places.values()], file.length - length, fail);
  return { metadata, places, length };
}

function readMetadata(value: unknown, fail: (why: string) => never): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail("its metadata is not an object");
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") fail(`its metadata ${show(key)} is not text`);
  }
  return value as Record<string, string>;
}

function readPlace(name: string, value: unknown, bodyLength: number, fail: (why: string) => never): ArrayPlace {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const shown = show(name);
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype)) fail(`${shown} has the dtype ${show(dtype)}`);
  if (!Array.isArray(shape) || shape.length > 16 || !shape.every(isCount)) {
    fail(`${shown} has the shape ${show(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) fail(`${shown} has no place`);
  const [begin, end] = offsets;
  const bytes = shape.reduce((product, side) => product * side, SIZES[dtype as StoredType]);
  if (end - begin !== bytes || end > bodyLength) {
    fail(`${shown} needs ${bytes} bytes and points at ${begin} to ${end} of ${bodyLength}`);
  }
  return { dtype: dtype as StoredType, shape, begin, end };
}

function checkTiling(places: readonly ArrayPlace[], bodyLength: number, fail: (why: string) => never): void {
  let at = 0;
  for (const { begin, end } of places.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) fail(`its arrays ${begin < at ? "overlap" : "leave a hole"} at byte ${Math.min(begin, at)}`);
    at = end;
  }
  if (at !== bodyLength) fail(`${bodyLength - at} bytes belong to no array`);
}
