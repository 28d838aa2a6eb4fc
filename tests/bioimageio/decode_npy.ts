import assert from "node:assert/strict";

/** Reads a float32 array from a file of NumPy's format 1.0. */
export function decodeNpy(file: Uint8Array): { shape: number[]; values: Float32Array } {
  assert.deepEqual([...file.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const end = 10 + new DataView(file.buffer, file.byteOffset).getUint16(8, true);
  assert.equal(end % 64, 0);
  const header = new TextDecoder().decode(file.subarray(10, end));
  const found = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$/.exec(header);
  assert.ok(found, header);
  const shape = found[1].split(",").filter((side) => side.trim()).map(Number);
  const values = new Float32Array(file.slice(end).buffer);
  assert.equal(values.length, shape.reduce((product, side) => product * side, 1));
  return { shape, values };
}

/** Turns `[channels, height, width]` into `[height, width, channels]`. */
export function toInterleaved(values: Float32Array, channels: number): Float32Array {
  const size = values.length / channels;
  return values.map((_, i) => values[(i % channels) * size + Math.floor(i / channels)]);
}
