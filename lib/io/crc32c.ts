/** The reversed polynomial of Castagnoli, Bräuer & Herrmann (1993). */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
  return value;
});

/**
 * Computes the CRC-32C of TFRecord files and iSCSI (RFC 3720, appendix B.4).
 *
 * @returns 0 to 2³² − 1
 */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = crc >>> 8 ^ TABLE[(crc ^ byte) & 255];
  return (crc ^ -1) >>> 0;
}
