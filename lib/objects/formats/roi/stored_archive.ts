import { crc32 } from "../../../io/crc32.ts";
import { ObjectFileError } from "../object_file_error.ts";

const LARGEST = 2 ** 32 - 1, MOST_ENTRIES = 65_534;
/** 1 January 1980, the first day of the format. */
const DATE = 0x21;

/**
 * Writes a zip archive without compression, entry by entry (PKWARE's APPNOTE.TXT 6.3.10). With more than 65,534 entries it
 * has the records of Zip64.
 */
export class StoredArchive {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #directory: Uint8Array[] = [];
  #at = 0;

  /** @param write appends bytes */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  #append(bytes: Uint8Array): void {
    this.#write(bytes);
    this.#at += bytes.length;
  }

  /**
   * Adds a file.
   *
   * @throws {ObjectFileError} if the archive would be larger than 4 GiB.
   */
  add(name: string, bytes: Uint8Array): void {
    const path = new TextEncoder().encode(name), offset = this.#at;
    if (offset + bytes.length + path.length + 30 > LARGEST) {
      throw new ObjectFileError("The archive of outlines would be larger than 4 GiB: write geojson instead");
    }
    const local = new Uint8Array(30 + path.length), central = new Uint8Array(46 + path.length);
    const l = new DataView(local.buffer), c = new DataView(central.buffer);
    l.setUint32(0, 0x04034b50, true);
    c.setUint32(0, 0x02014b50, true);
    c.setUint16(4, 20, true);
    // The same fields in both: version, flags, method, time and date, checksum, sizes, length of the name.
    for (const [view, at] of [[l, 4], [c, 6]] as const) {
      view.setUint16(at, 20, true);
      view.setUint16(at + 8, DATE, true);
      view.setUint32(at + 10, crc32(bytes), true);
      view.setUint32(at + 14, bytes.length, true);
      view.setUint32(at + 18, bytes.length, true);
      view.setUint16(at + 22, path.length, true);
    }
    c.setUint32(42, offset, true);
    local.set(path, 30);
    central.set(path, 46);
    this.#append(local);
    this.#append(bytes);
    this.#directory.push(central);
  }

  /** Writes the directory. */
  finish(): void {
    const start = this.#at, count = this.#directory.length;
    for (const entry of this.#directory) this.#append(entry);
    const size = this.#at - start, isLong = count > MOST_ENTRIES;
    if (isLong) {
      const end = new DataView(new ArrayBuffer(76)), at = this.#at;
      end.setUint32(0, 0x06064b50, true);
      end.setBigUint64(4, 44n, true);
      end.setUint16(12, 45, true);
      end.setUint16(14, 45, true);
      end.setBigUint64(24, BigInt(count), true);
      end.setBigUint64(32, BigInt(count), true);
      end.setBigUint64(40, BigInt(size), true);
      end.setBigUint64(48, BigInt(start), true);
      end.setUint32(56, 0x07064b50, true);
      end.setBigUint64(64, BigInt(at), true);
      end.setUint32(72, 1, true);
      this.#append(new Uint8Array(end.buffer));
    }
    const end = new DataView(new ArrayBuffer(22)), entries = isLong ? 0xffff : count;
    end.setUint32(0, 0x06054b50, true);
    end.setUint16(8, entries, true);
    end.setUint16(10, entries, true);
    end.setUint32(12, size, true);
    end.setUint32(16, start, true);
    this.#append(new Uint8Array(end.buffer));
  }
}
