/** The largest number of entries in a zip archive without the Zip64 extension. */
const MOST_ENTRIES = 65_534;
/** Bytes of the record at the end of an archive without a comment. */
const END = 22;
/** Bytes of the records that Zip64 puts before it. */
const END_64 = 56, LOCATOR_64 = 20;

/**
 * Adds the records of Zip64 to an archive of too many entries: fflate 0.8 writes their number modulo 2¹⁶ (PKWARE's
 * APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16).
 *
 * @param zip archive without a comment, smaller than 4 GiB
 * @param entries number of entries
 */
export function allowManyEntries(zip: Uint8Array, entries: number): Uint8Array {
  if (entries <= MOST_ENTRIES) return zip;
  const end = zip.length - END, source = new DataView(zip.buffer, zip.byteOffset + end, END);
  const bytes = new Uint8Array(zip.length + END_64 + LOCATOR_64), view = new DataView(bytes.buffer);
  bytes.set(zip.subarray(0, end));
  bytes.set(zip.subarray(end), end + END_64 + LOCATOR_64);
  view.setUint32(end, 0x06064b50, true);
  view.setBigUint64(end + 4, BigInt(END_64 - 12), true);
  // Made by and needs version 4.5 of the specification.
  view.setUint16(end + 12, 45, true);
  view.setUint16(end + 14, 45, true);
  view.setBigUint64(end + 24, BigInt(entries), true);
  view.setBigUint64(end + 32, BigInt(entries), true);
  view.setBigUint64(end + 40, BigInt(source.getUint32(12, true)), true);
  view.setBigUint64(end + 48, BigInt(source.getUint32(16, true)), true);
  view.setUint32(end + END_64, 0x07064b50, true);
  view.setBigUint64(end + END_64 + 8, BigInt(end), true);
  view.setUint32(end + END_64 + 16, 1, true);
  // The numbers in the last record say that those of Zip64 hold.
  view.setUint16(end + END_64 + LOCATOR_64 + 8, 0xffff, true);
  view.setUint16(end + END_64 + LOCATOR_64 + 10, 0xffff, true);
  return bytes;
}
