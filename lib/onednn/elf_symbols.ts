import { Buffer } from "node:buffer";

/** Bytes that are read at a time. */
const CHUNK = 1 << 23;

/** Size of an entry of the symbol table of a 64-bit ELF file. */
const SYMBOL = 24;

/** Size of a section header of a 64-bit ELF file. */
const HEADER = 64;

/** The type of a section with all symbols, those that are not exported among them. */
const SHT_SYMTAB = 2;

/** A section of an ELF file. */
interface Section {
  type: number;
  offset: number;
  size: number;
  /** Index of the section with the names of its symbols. */
  link: number;
}

/** Reads `size` bytes at `offset`; `undefined` beyond the file's end. */
function readAt(file: Deno.FsFile, offset: number, size: number): DataView<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(size);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let filled = 0; filled < size;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) return undefined;
    filled += count;
  }
  return new DataView(bytes.buffer);
}

/** Reads the table of sections of a little-endian 64-bit ELF file; `undefined` for other files. */
function readSections(file: Deno.FsFile): Section[] | undefined {
  const header = readAt(file, 0, HEADER);
  if (header?.getUint32(0) !== 0x7f454c46 || header.getUint8(4) !== 2 || header.getUint8(5) !== 1) return undefined;
  const count = header.getUint16(0x3c, true), start = Number(header.getBigUint64(0x28, true));
  const table = readAt(file, start, count * HEADER);
  return table && Array.from({ length: count }, (_, i) => ({
    type: table.getUint32(i * HEADER + 4, true),
    offset: Number(table.getBigUint64(i * HEADER + 0x18, true)),
    size: Number(table.getBigUint64(i * HEADER + 0x20, true)),
    link: table.getUint32(i * HEADER + 0x28, true),
  }));
}

/** Calls `visit` with the parts of a section one after the other; each begins with the last `overlap` bytes before it. */
function readParts(
  file: Deno.FsFile,
  { offset, size }: Section,
  overlap: number,
  visit: (part: DataView<ArrayBuffer>, start: number) => void,
): void {
  for (let start = 0; start < size; start += CHUNK - overlap) {
    const part = readAt(file, offset + start, Math.min(CHUNK, size - start));
    if (part) visit(part, start);
  }
}

/** Returns where each name that begins with `prefix` begins in a section of names. */
function findNames(file: Deno.FsFile, names: Section, prefix: string, longest: number): Map<number, string> {
  const found = new Map<number, string>(), pattern = Buffer.from(`\0${prefix}`);
  readParts(file, names, longest + 2, (part, start) => {
    const bytes = Buffer.from(part.buffer);
    for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) {
      const end = bytes.indexOf(0, at + 1);
      if (end >= 0) found.set(start + at + 1, bytes.toString("latin1", at + 1, end));
    }
  });
  return found;
}

/**
 * Finds functions in the symbol table of an ELF library, also those that it does not export.
 *
 * @param wanted their names, at most 256 characters long
 * @param prefix how all of them begin: searching for one text takes a second, for each of them half a minute
 * @returns for each name that is there, its address relative to where the library is loaded
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findSymbols } from "lib/onednn/elf_symbols.ts";
 *
 * const file = await Deno.makeTempFile();
 * assert.deepEqual(findSymbols(file, ["dnnl_version"], "dnnl_"), new Map());
 * await Deno.remove(file);
 * ```
 */
export function findSymbols(path: string, wanted: readonly string[], prefix: string): Map<string, bigint> {
  using file = Deno.openSync(path);
  const sections = readSections(file), table = sections?.find(({ type }) => type === SHT_SYMTAB);
  const addresses = new Map<string, bigint>();
  if (!table) return addresses;
  const names = findNames(file, sections![table.link], prefix, 256), isWanted = new Set(wanted);
  // A part ends with a whole entry.
  readParts(file, table, CHUNK % SYMBOL, (part) => {
    const words = new Uint32Array(part.buffer, 0, Math.floor(part.byteLength / 4));
    for (let word = 0; word + 6 <= words.length; word += 6) {
      const name = names.get(words[word]);
      // An address of 0 is that of a function of another library.
      if (name !== undefined && isWanted.has(name) && (words[word + 2] || words[word + 3])) {
        addresses.set(name, BigInt(words[word + 2]) | BigInt(words[word + 3]) << 32n);
      }
    }
  });
  return addresses;
}
