import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors, type NamedArray, SafetensorsError } from "lib/nn/weights/safetensors.ts";

const arrays = new Map<string, NamedArray>([
  ["weights", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ["flags", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ["count", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
]);

/** The same file with another header. */
function withHeader(
  change: (header: Record<string, { data_offsets: number[]; dtype: string; shape: number[] }>) => void,
) {
  const file = encodeSafetensors(arrays);
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const changed = new Uint8Array(8 + text.length + file.length - 8 - length);
  new DataView(changed.buffer).setBigUint64(0, BigInt(text.length), true);
  changed.set(text, 8);
  changed.set(file.subarray(8 + length), 8 + text.length);
  return changed;
}

Deno.test("safetensors come back as they were written", () => {
  const { arrays: read, metadata } = decodeSafetensors(encodeSafetensors(arrays, { note: "µ" }));
  assert.deepEqual([...read], [...arrays]);
  assert.equal(metadata.note, "µ");
});

Deno.test("what a file held is given back where the block that uses it ends", () => {
  const file = encodeSafetensors(arrays);
  let read: NamedArray[];
  {
    using stored = decodeSafetensors(file);
    read = [...stored.arrays.values()];
    assert.ok(read.every(({ data }) => data.length > 0));
  }
  assert.equal(file.byteLength, 0);
  assert.ok(read.every(({ data }) => data.length === 0));
});

Deno.test("decodeSafetensors() refuses what is not sound", () => {
  const refuses = (file: Uint8Array, message: RegExp) =>
    assert.throws(
      () => decodeSafetensors(file),
      (error: Error) => error instanceof SafetensorsError && message.test(error.message),
    );
  const file = encodeSafetensors(arrays);
  refuses(file.subarray(0, 4), /4 bytes/);
  refuses(file.subarray(0, file.length - 1), /needs 8 bytes/);
  const long = file.slice();
  new DataView(long.buffer).setBigUint64(0, 2n ** 40n, true);
  refuses(long, /header claims/);
  const garbled = file.slice();
  garbled[8] = 0x7d;
  refuses(garbled, /not JSON/);
  refuses(withHeader((header) => header.flags.data_offsets = [8, 11]), /overlap/);
  refuses(withHeader((header) => delete (header as Record<string, unknown>).flags), /hole/);
  refuses(withHeader((header) => header.count.dtype = "F99"), /dtype "F99"/);
  refuses(withHeader((header) => header.weights.shape = [5, 5]), /needs 100 bytes/);
  refuses(withHeader((header) => header.weights.shape = [-2, -2]), /shape/);
});
