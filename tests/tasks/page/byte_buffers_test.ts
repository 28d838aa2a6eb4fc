import assert from "node:assert/strict";
import { byteBuffers } from "../../../tasks/page/byte_buffers.ts";

Deno.test("byteBuffers() finds each buffer of a message once", () => {
  const data = new Uint8Array(8), other = new Float32Array(2);
  const message = {
    image: { data, part: data.subarray(2), width: 4 },
    list: [other, "text", null],
    file: new Blob([data]),
  };
  const buffers = byteBuffers(message);
  assert.deepEqual(buffers, [data.buffer, other.buffer]);
  const copy = structuredClone(message, { transfer: buffers });
  assert.deepEqual([data.length, copy.image.part.length, copy.list[0]], [0, 6, new Float32Array(2)]);
});
