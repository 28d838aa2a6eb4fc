import { crc32 } from "../../io/crc32.ts";

/** An entry of a zip archive's directory. */
export interface ZipEntry {
  name: string;
  /** Compression method; 0 is none. */
  method: number;
  /** CRC-32 of the bytes. */
  crc: number;
  /** Length of the content; stored, it may be less. A field of 32 bits: up to 4 GB. */
  size: number;
  /** Offsets of its first byte and of the byte after its last in the file. */
  begin: number;
  end: number;
}

/** A model has hundreds of tensors, but a damaged archive may claim millions. */
const MAX_ENTRIES = 100_000;
const DIRECTORY = 0x02014b50, LOCAL = 0x04034b50, END = 0x06054b50, END64 = 0x06064b50, LOCATOR64 = 0x07064b50;
/** Marks a field of 32 or 16 bits whose value is in a field of 64 bits elsewhere. */
const ELSEWHERE = 0xffffffff, ELSEWHERE_SHORT = 0xffff;

/**
 * Lists the entries of a zip archive (PKWARE's APPNOTE 6.3.10, with its 64-bit fields). Entries may neither overlap nor
 * extend beyond the file, so that an archive cannot contain more bytes than its size.
 *
 * @throws {Error} saying what is wrong with the archive.
 */
export function listZip(file: Uint8Array): ZipEntry[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { count, at: start } = findDirectory(file, view);
  if (count > MAX_ENTRIES) throw new Error(`it claims ${count} entries, more than ${MAX_ENTRIES}`);
  const entries: ZipEntry[] = [], names = new Set<string>();
  for (let i = 0, at = start; i < count; i++) {
    if (at + 46 > file.length || view.getUint32(at, true) !== DIRECTORY) {
      throw new Error(`its directory ends at entry ${i}`);
    }
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + 46 + nameLength + extraLength + noteLength;
    if (next > file.length) throw new Error(`its directory ends at entry ${i}`);
    const name = new TextDecoder().decode(file.subarray(at + 46, at + 46 + nameLength));
    if (names.has(name)) throw new Error(`it holds "${name}" twice`);
    names.add(name);
    if (view.getUint16(at + 8, true) & 1) throw new Error(`"${name}" is encrypted`);
    const [stored, local] = longFields(view, at, at + 46 + nameLength, extraLength);
    if (local + 30 > file.length || view.getUint32(local, true) !== LOCAL) {
      throw new Error(`"${name}" is not where it should be`);
    }
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (!(begin + stored <= start)) throw new Error(`"${name}" reaches beyond the entries`);
    const method = view.getUint16(at + 10, true);
    if (method === 0 && view.getUint32(at + 24, true) !== view.getUint32(at + 20, true)) {
      throw new Error(`"${name}" has two sizes`);
    }
    entries.push({
      name,
      method,
      crc: view.getUint32(at + 16, true),
      size: view.getUint32(at + 24, true),
      begin,
      end: begin + stored,
    });
    at = next;
  }
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin)) {
    if (entry.begin < end) throw new Error(`"${entry.name}" overlaps another entry`);
    end = entry.end;
  }
  return entries;
}

/**
 * Returns an entry's bytes, as a view of the file.
 *
 * @throws {Error} if the entry is compressed, or if its checksum differs.
 */
export function readStored(file: Uint8Array, { name, method, crc, begin, end }: ZipEntry): Uint8Array {
  if (method !== 0) throw new Error(`"${name}" is compressed`);
  const bytes = file.subarray(begin, end);
  if (crc32(bytes) !== crc) throw new Error(`"${name}" differs from its checksum`);
  return bytes;
}

/** Returns the number of entries in the directory, and its offset. */
function findDirectory(file: Uint8Array, view: DataView): { count: number; at: number } {
  // A comment of up to 65,535 bytes may follow the end record.
  let at = file.length - 22;
  while (at >= 0 && at >= file.length - 22 - 65_535 && view.getUint32(at, true) !== END) at--;
  if (at < 0 || view.getUint32(at, true) !== END) throw new Error("it is cut short");
  const count = view.getUint16(at + 10, true), start = view.getUint32(at + 16, true);
  if (count !== ELSEWHERE_SHORT && start !== ELSEWHERE) return { count, at: start };
  if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR64) return { count, at: start };
  const record = Number(view.getBigUint64(at - 12, true));
  if (!(record + 56 <= at) || view.getUint32(record, true) !== END64) throw new Error("its last record is damaged");
  return { count: Number(view.getBigUint64(record + 32, true)), at: Number(view.getBigUint64(record + 48, true)) };
}

/**
 * Returns an entry's stored size and the offset of its local header, from the extra field 1 if they are too large for
 * 32 bits.
 */
function longFields(
  view: DataView,
  entry: number,
  extra: number,
  extraLength: number,
): [stored: number, local: number] {
  const short = [24, 20, 42].map((field) => view.getUint32(entry + field, true));
  if (!short.includes(ELSEWHERE)) return [short[1], short[2]];
  for (let at = extra; at + 4 <= extra + extraLength;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let from = at + 4;
      const end = Math.min(from + length, extra + extraLength);
      const values = short.map((value) => {
        if (value !== ELSEWHERE || from + 8 > end) return value;
        from += 8;
        return Number(view.getBigUint64(from - 8, true));
      });
      return [values[1], values[2]];
    }
    at += 4 + length;
  }
  return [short[1], short[2]];
}
