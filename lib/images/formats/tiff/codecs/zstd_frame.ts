/** A frame of a Zstandard stream. */
export interface ZstdFrame {
  /** Offset of the first byte after the frame. */
  end: number;
  /** Decoded size in bytes, if its header states it. */
  size?: number;
  /** Whether it contains a program's metadata instead of data. */
  skippable: boolean;
}

const MAGIC = 0xfd2fb528, FIRST_SKIPPABLE = 0x184d2a50, SKIPPABLE_MASK = 0xfffffff0;
const REPEATED_BYTE = 1;

/**
 * Finds the end of a frame from its header and the headers of its blocks (RFC 8878, section 3.1).
 *
 * @returns nothing if the bytes end before the frame
 * @throws {Error} if no frame begins at `at`
 */
export function findZstdFrame(bytes: Uint8Array, at: number): ZstdFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 8 > bytes.length) return;
  const magic = view.getUint32(at, true);
  if ((magic & SKIPPABLE_MASK) >>> 0 === FIRST_SKIPPABLE) {
    const end = at + 8 + view.getUint32(at + 4, true);
    return end > bytes.length ? undefined : { end, size: 0, skippable: true };
  }
  if (magic !== MAGIC) throw new Error(`its Zstandard data have no frame at byte ${at}`);
  const descriptor = bytes[at + 4], single = (descriptor >> 5) & 1;
  const sizeAt = at + 6 - single + [0, 1, 2, 4][descriptor & 3];
  const sizeBytes = [single, 2, 4, 8][descriptor >> 6];
  let next = sizeAt + sizeBytes;
  if (next > bytes.length) return;
  let size: number | undefined;
  if (sizeBytes === 1) size = bytes[sizeAt];
  else if (sizeBytes === 2) size = view.getUint16(sizeAt, true) + 256;
  else if (sizeBytes === 4) size = view.getUint32(sizeAt, true);
  else if (sizeBytes === 8) size = Number(view.getBigUint64(sizeAt, true));
  for (let last = false; !last;) {
    if (next + 3 > bytes.length) return;
    const header = bytes[next] | (bytes[next + 1] << 8) | (bytes[next + 2] << 16);
    last = (header & 1) === 1;
    next += 3 + (((header >> 1) & 3) === REPEATED_BYTE ? 1 : header >> 3);
  }
  if (descriptor & 4) next += 4;
  return next > bytes.length ? undefined : { end: next, size, skippable: false };
}
