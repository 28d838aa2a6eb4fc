/** A value of a tag: whole numbers of 16, 32 or (in BigTIFF) 64 bits, fractions, or ASCII text. */
export type TagValue =
  | { type: "short" | "long" | "long8"; values: readonly number[] }
  | { type: "rational"; values: readonly [numerator: number, denominator: number] }
  | { type: "ascii"; text: string };

/** Numbers of the types in the specification, and bytes of a value. */
const TYPES = { ascii: [2, 1], short: [3, 2], long: [4, 4], rational: [5, 8], long8: [16, 8] } as const;

/** Bytes of a directory's parts: the number of entries, an entry, and an offset, which holds a small value too. */
const CLASSIC = { count: 2, entry: 12, offset: 4 } as const, BIG = { count: 8, entry: 20, offset: 8 } as const;

/**
 * Encodes a directory of a TIFF (TIFF 6.0, section 2) or BigTIFF, little-endian, followed by the values that do not fit
 * into it.
 *
 * @param tags values by tag
 * @param at offset of the directory in the file
 * @param next offset of the next directory; 0 if there is none
 * @returns bytes of an even number
 */
export function encodeDirectory(
  tags: ReadonlyMap<number, TagValue>,
  at: number,
  next: number,
  big = false,
): Uint8Array {
  const entries = [...tags].sort(([a], [b]) => a - b), parts = big ? BIG : CLASSIC;
  const bytes = new Uint8Array(directorySize(tags, big)), view = new DataView(bytes.buffer);
  const setOffset = (place: number, value: number) =>
    big ? view.setBigUint64(place, BigInt(value), true) : view.setUint32(place, value, true);
  if (big) setOffset(0, entries.length);
  else view.setUint16(0, entries.length, true);
  let free = parts.count + parts.entry * entries.length + parts.offset;
  entries.forEach(([tag, value], i) => {
    const entry = parts.count + parts.entry * i, size = valueSize(value), inline = entry + 4 + parts.offset;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, TYPES[value.type][0], true);
    setOffset(entry + 4, size / TYPES[value.type][1]);
    const target = size <= parts.offset ? inline : free;
    if (size > parts.offset) {
      setOffset(inline, at + free);
      free += size + size % 2;
    }
    if (value.type === "ascii") bytes.set(new TextEncoder().encode(value.text), target);
    else if (value.type === "short") value.values.forEach((v, k) => view.setUint16(target + 2 * k, v, true));
    else if (value.type === "long8") value.values.forEach((v, k) => view.setBigUint64(target + 8 * k, BigInt(v), true));
    else value.values.forEach((v, k) => view.setUint32(target + 4 * k, v, true));
  });
  setOffset(parts.count + parts.entry * entries.length, next);
  return bytes;
}

/** Returns the number of bytes of a directory with its values. */
export function directorySize(tags: ReadonlyMap<number, TagValue>, big = false): number {
  const parts = big ? BIG : CLASSIC;
  let size = parts.count + parts.entry * tags.size + parts.offset;
  for (const value of tags.values()) {
    if (valueSize(value) > parts.offset) size += valueSize(value) + valueSize(value) % 2;
  }
  return size;
}

function valueSize(value: TagValue): number {
  // A text ends in a zero byte.
  if (value.type === "ascii") return new TextEncoder().encode(value.text).length + 1;
  return value.type === "rational" ? 8 : value.values.length * TYPES[value.type][1];
}
