/** The length of the header is a multiple of this, in bytes. */
const ALIGNMENT = 64;

/**
 * Encodes a float32 array as a file of NumPy (format 1.0).
 *
 * @param shape lengths of the axes, the last one varying fastest
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const start = 10, end = Math.ceil((start + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = dictionary.padEnd(end - start - 1) + "\n";
  const file = new Uint8Array(end + values.byteLength);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 0xff, header.length >> 8]);
  file.set(new TextEncoder().encode(header), start);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), end);
  return file;
}
