/** A value of a tag: whole numbers of 16 or 32 bits, fractions, or ASCII text. */
export type TagValue =
  | { type: "short" | "long"; values: readonly number[] }
  | { type: "rational"; values: readonly [numerator: number, denominator: number] }
  | { type: "ascii"; text: string };

/** Numbers of the types in the specification, and bytes of a value. */
const TYPES = { ascii: [2, 1], short: [3, 2], long: [4, 4], rational: [5, 8] } as const;

/**
 * Encodes a directory of a TIFF (TIFF 6.0, section 2), little-endian, followed by the values that do not fit into it.
 *
 * @param tags values by tag
 * @param at offset of the directory in the file
 * @param next offset of the next directory; 0 if there is none
 * @returns bytes of an even number
 */
export function encodeDirectory(tags: ReadonlyMap<number, TagValue>, at: number, next: number): Uint8Array {
  const entries = [...tags].sort(([a], [b]) => a - b);
  const bytes = new Uint8Array(directorySize(tags)), view = new DataView(bytes.buffer);
  view.setUint16(0, entries.length, true);
  let free = 2 + 12 * entries.length + 4;
  entries.forEach(([tag, value], i) => {
    const entry = 2 + 12 * i, size = valueSize(value);
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, TYPES[value.type][0], true);
    view.setUint32(entry + 4, size / TYPES[value.type][1], true);
    const target = size <= 4 ? entry + 8 : free;
    if (size > 4) {
      view.setUint32(entry + 8, at + free, true);
      free += size + size % 2;
    }
    if (value.type === "ascii") bytes.set(new TextEncoder().encode(value.text), target);
    else if (value.type === "short") value.values.forEach((v, k) => view.setUint16(target + 2 * k, v, true));
    else value.values.forEach((v, k) => view.setUint32(target + 4 * k, v, true));
  });
  view.setUint32(2 + 12 * entries.length, next, true);
  return bytes;
}

/** Returns the number of bytes of a directory with its values. */
export function directorySize(tags: ReadonlyMap<number, TagValue>): number {
  let size = 2 + 12 * tags.size + 4;
  for (const value of tags.values()) if (valueSize(value) > 4) size += valueSize(value) + valueSize(value) % 2;
  return size;
}

function valueSize(value: TagValue): number {
  // A text ends in a zero byte.
  if (value.type === "ascii") return new TextEncoder().encode(value.text).length + 1;
  return value.type === "rational" ? 8 : value.values.length * TYPES[value.type][1];
}
