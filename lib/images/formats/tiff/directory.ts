import type { ByteSource } from "../../../io/byte_source.ts";
import { DamagedError } from "../damaged_error.ts";

/** Size of a value of each of TIFF's field types, in bytes. */
const TYPE_SIZES: Record<number, number> = {
  1: 1, // BYTE
  2: 1, // ASCII
  3: 2, // SHORT
  4: 4, // LONG
  5: 8, // RATIONAL
  6: 1, // SBYTE
  7: 1, // UNDEFINED
  8: 2, // SSHORT
  9: 4, // SLONG
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
  13: 4, // IFD
  16: 8, // LONG8
  17: 8, // SLONG8
  18: 8, // IFD8
  129: 1, // UTF-8, of EXIF 3
};

/** More directories than this count as damage. */
const MAX_DIRECTORIES = 100_000;
/** A pyramid has a level for each halving, and a raw file some previews. */
const MAX_SUBDIRECTORIES = 64;

/** A TIFF's bytes and byte order. */
export interface TiffFile {
  bytes: ByteSource;
  littleEndian: boolean;
  /** Whether it is a BigTIFF, with offsets of 8 bytes. */
  big: boolean;
}

interface Field {
  type: number;
  count: number;
  /** Offset of its values in the file. */
  at: number;
}

/** One image file directory: the tags of one picture (TIFF 6.0, section 2). */
export class Directory {
  readonly #fields = new Map<number, Field>();
  /** Fields whose tag an earlier field has. */
  readonly #repeated: (readonly [tag: number, field: Field])[] = [];
  /** Offset of the first byte behind the directory and the values of its tags. */
  readonly end: number;

  /** @param end offset of the first byte behind the list of tags */
  constructor(readonly file: TiffFile, fields: Iterable<readonly [tag: number, field: Field]>, end: number) {
    for (const [tag, field] of fields) {
      if (this.#fields.has(tag)) this.#repeated.push([tag, field]);
      else this.#fields.set(tag, field);
      end = Math.max(end, field.at + field.count * TYPE_SIZES[field.type]);
    }
    this.end = end;
  }

  has(tag: number): boolean {
    return this.#fields.has(tag);
  }

  /** Returns the number of a tag's values; 0 if it is absent. */
  count(tag: number): number {
    return this.#fields.get(tag)?.count ?? 0;
  }

  /** Returns a tag's first number. */
  number(tag: number): number | undefined;
  number(tag: number, fallback: number): number;
  number(tag: number, fallback?: number): number | undefined {
    return this.numbers(tag, 1)[0] ?? fallback;
  }

  /** Returns a tag's numbers, at most `limit`; rationals as fractions. */
  numbers(tag: number, limit = Infinity): number[] {
    const field = this.#fields.get(tag);
    if (!field) return [];
    const { type, at } = field, { bytes, littleEndian } = this.file, size = TYPE_SIZES[type];
    const count = Math.min(field.count, limit);
    this.#check(tag, at + count * size);
    const values = new Array<number>(count), view = viewPart(bytes, at, count * size);
    for (let i = 0, p = 0; i < count; i++, p += size) {
      values[i] = readValue(view, type, p, littleEndian);
    }
    return values;
  }

  /** Returns a tag's text without its closing zero; `""` if it is absent. */
  text(tag: number): string {
    return decodeText(this.bytes(tag));
  }

  /** Returns the texts of a tag that may occur several times. */
  texts(tag: number): string[] {
    const repeated = this.#repeated.filter(([other]) => other === tag).map(([, field]) => field),
      first = this.#fields.get(tag);
    return (first ? [first, ...repeated] : repeated).map((field) => decodeText(this.#bytesOf(tag, field)));
  }

  /** Returns a tag's bytes as stored in the file; none if it is absent. */
  bytes(tag: number): Uint8Array {
    const field = this.#fields.get(tag);
    return field ? this.#bytesOf(tag, field) : new Uint8Array(0);
  }

  #bytesOf(tag: number, { type, count, at }: Field): Uint8Array {
    const end = at + count * TYPE_SIZES[type];
    this.#check(tag, end);
    return this.file.bytes.subarray(at, end);
  }

  #check(tag: number, end: number): void {
    if (end > this.file.bytes.length) {
      throw new DamagedError(
        `its tag ${tag} is beyond its end (${this.file.bytes.length} bytes): the file is cut off`,
      );
    }
  }
}

function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0), content = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return new TextDecoder("latin1").decode(content);
  }
}

function readValue(view: DataView, type: number, at: number, littleEndian: boolean): number {
  switch (type) {
    case 1:
    case 2:
    case 7:
    case 129:
      return view.getUint8(at);
    case 3:
      return view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return view.getUint32(at, littleEndian);
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 17:
      return Number(view.getBigInt64(at, littleEndian));
    default:
      return Number(view.getBigUint64(at, littleEndian));
  }
}

/** Makes a view of a part of a file. */
function viewPart(bytes: ByteSource, at: number, length: number): DataView {
  const part = bytes.subarray(at, at + length);
  return new DataView(part.buffer, part.byteOffset, part.byteLength);
}

/** Reads the byte order and the kind of a file. */
function openFile(bytes: ByteSource): TiffFile {
  if (bytes.length < 16) throw new DamagedError(`it ends after ${bytes.length} bytes, within its header`);
  const view = viewPart(bytes, 0, 16), littleEndian = view.getUint8(0) === 0x49;
  return { bytes, littleEndian, big: view.getUint16(2, littleEndian) === 43 };
}

function readOffset({ bytes, littleEndian, big }: TiffFile, at: number): number {
  const view = viewPart(bytes, at, big ? 8 : 4);
  return big ? Number(view.getBigUint64(0, littleEndian)) : view.getUint32(0, littleEndian);
}

/** Reads the directories of a file's main chain, in order. */
export function readDirectories(bytes: ByteSource): Directory[] {
  const file = openFile(bytes), { big } = file;
  const directories: Directory[] = [], seen = new Set<number>();
  let listed = 0;
  for (let at = readOffset(file, big ? 8 : 4); at !== 0;) {
    // A chain that returns to an earlier directory has ended.
    if (seen.has(at)) break;
    seen.add(at);
    if (directories.length >= MAX_DIRECTORIES) throw new Error(`it has more than ${MAX_DIRECTORIES} directories`);
    const name = `its directory ${directories.length + 1}`;
    const { directory, size, next } = readDirectory(file, at, name);
    // With overlapping directories, a small file could describe a huge amount of data.
    if ((listed += size) > bytes.length) throw new DamagedError(`${name} overlaps another: the file is damaged`);
    directories.push(directory);
    at = next;
  }
  if (directories.length === 0) throw new Error("it contains no picture");
  return directories;
}

/** Reads the directories at the offsets in a tag, such as those of SubIFDs (TIFF technical note 1). */
export function readSubdirectories(directory: Directory, tag: number): Directory[] {
  const count = directory.count(tag);
  if (count > MAX_SUBDIRECTORIES) throw new Error(`it has ${count} subdirectories, more than ${MAX_SUBDIRECTORIES}`);
  return directory.numbers(tag).map((at, i) =>
    readDirectory(directory.file, at, `its subdirectory ${i + 1}`).directory
  );
}

function readDirectory(
  file: TiffFile,
  at: number,
  name: string,
): { directory: Directory; size: number; next: number } {
  const { bytes, littleEndian, big } = file;
  const countSize = big ? 8 : 2, entrySize = big ? 20 : 12;
  if (at + countSize > bytes.length) {
    throw new DamagedError(`${name} is at byte ${at} of ${bytes.length}: the file is cut off or damaged`);
  }
  const count = big ? readOffset(file, at) : viewPart(bytes, at, countSize).getUint16(0, littleEndian);
  const size = count * entrySize, end = at + countSize + size;
  if (!(end <= bytes.length)) throw new DamagedError(`${name} ends after ${bytes.length} bytes: the file is cut off`);
  const directory = new Directory(file, readFields(file, at + countSize, count), end);
  // The last directory may lack the pointer to the next one.
  return { directory, size, next: end + (big ? 8 : 4) <= bytes.length ? readOffset(file, end) : 0 };
}

function* readFields({ bytes, littleEndian, big }: TiffFile, start: number, count: number) {
  const entrySize = big ? 20 : 12, view = viewPart(bytes, start, count * entrySize);
  for (let i = 0, at = 0; i < count; i++, at += entrySize) {
    const tag = view.getUint16(at, littleEndian), type = view.getUint16(at + 2, littleEndian);
    const size = TYPE_SIZES[type];
    // Skip private types and damaged fields, as readers must.
    if (size === undefined) continue;
    const values = big ? Number(view.getBigUint64(at + 4, littleEndian)) : view.getUint32(at + 4, littleEndian);
    const inline = at + (big ? 12 : 8);
    const within = values * size <= (big ? 8 : 4);
    const where = within
      ? start + inline
      : big
      ? Number(view.getBigUint64(inline, littleEndian))
      : view.getUint32(inline, littleEndian);
    yield [tag, { type, count: values, at: where }] as const;
  }
}
