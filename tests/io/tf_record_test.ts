import assert from "node:assert/strict";
import { crc32c } from "lib/io/crc32c.ts";
import { encodeRecord, readRecords } from "lib/io/tf_record.ts";

Deno.test("crc32c() gives the examples of RFC 3720, and the check value of the polynomial", () => {
  const bytes = (fill: (i: number) => number) => Uint8Array.from({ length: 32 }, (_, i) => fill(i));
  assert.equal(crc32c(bytes(() => 0)), 0x8a9136aa);
  assert.equal(crc32c(bytes(() => 0xff)), 0x62a8ab43);
  assert.equal(crc32c(bytes((i) => i)), 0x46dd794e);
  assert.equal(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("records are read as they were written, up to the first that is damaged or incomplete", () => {
  const data = [[1, 2, 3], [], [4]].map((bytes) => Uint8Array.from(bytes));
  const file = Uint8Array.from(data.flatMap((each) => [...encodeRecord(each)]));
  const read = (bytes: Uint8Array) => Array.from(readRecords(bytes), ({ data }) => [...data]);
  assert.deepEqual(read(file), [[1, 2, 3], [], [4]]);
  assert.deepEqual(Array.from(readRecords(file), ({ start, end }) => [start, end]), [[0, 19], [19, 35], [35, 52]]);
  for (const length of [51, 36]) assert.deepEqual(read(file.subarray(0, length)), [[1, 2, 3], []]);
  for (const [at, kept] of [[0, 0], [12, 0], [20, 1], [47, 2], [51, 2]]) {
    const damaged = file.slice();
    damaged[at] ^= 4;
    assert.equal(read(damaged).length, kept, `byte ${at}`);
  }
});
