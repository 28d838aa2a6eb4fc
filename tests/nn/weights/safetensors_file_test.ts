import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  arrayBytes,
  decodeSafetensors,
  encodeSafetensors,
  type NamedArray,
  SafetensorsError,
} from "lib/nn/weights/safetensors.ts";
import { FILE_DIGEST, readSafetensors, writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const arrays = new Map<string, NamedArray>([
  ["weights", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ["count", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
]);

const refused = (message: RegExp) => (error: Error) => error instanceof SafetensorsError && message.test(error.message);

Deno.test("a written file carries the SHA-256 of all of it, its own digits counting as zeros, and is read as any other", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.safetensors");
  await writeSafetensors(path, arrays, { note: "µ" });
  const bytes = await Deno.readFile(path);
  const { arrays: read, metadata } = decodeSafetensors(bytes);
  assert.deepEqual([...read], [...arrays]);
  assert.equal(metadata.note, "µ");
  const blank = Buffer.from(bytes).toString("latin1").replace(metadata[FILE_DIGEST], "0".repeat(64));
  const expected = createHash("sha256").update(blank, "latin1").digest("hex");
  assert.equal(metadata[FILE_DIGEST], expected);
  assert.deepEqual([...(await readSafetensors(path)).arrays], [...arrays]);

  // Metadata that were read with another file's digest do not pass it on.
  await writeSafetensors(path, arrays, metadata);
  assert.deepEqual(await Deno.readFile(path), bytes);
});

Deno.test("every flipped bit of a written file is found", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.safetensors");
  await writeSafetensors(path, arrays, { state: '{"epoch":2}' });
  const bytes = await Deno.readFile(path);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at] ^= 1 << at % 8;
    await Deno.writeFile(path, flipped);
    await assert.rejects(readSafetensors(path), refused(/a\.safetensors (is (damaged|not a sound)|has no digest)/));
  }
});

Deno.test("a file without a digest is taken only where that is asked for, and an earlier version's sum of the arrays holds there", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.safetensors");
  const accept = { acceptWithoutDigest: true };
  await Deno.writeFile(path, encodeSafetensors(arrays, { format: "pt" }));
  await assert.rejects(readSafetensors(path), refused(/a\.safetensors has no digest.*--accept-earlier/));
  assert.deepEqual([...(await readSafetensors(path, accept)).arrays], [...arrays]);

  const hash = createHash("sha256");
  for (const array of arrays.values()) hash.update(arrayBytes(array));
  const earlier = encodeSafetensors(arrays, { sha256: hash.digest("hex") });
  await Deno.writeFile(path, earlier);
  await assert.rejects(readSafetensors(path), refused(/has no digest/));
  assert.deepEqual([...(await readSafetensors(path, accept)).arrays], [...arrays]);
  earlier[earlier.length - 1] ^= 1;
  await Deno.writeFile(path, earlier);
  await assert.rejects(readSafetensors(path, accept), refused(/a\.safetensors is damaged: its digest does not fit/));
});

Deno.test("metadata that are no texts with names are refused", () => {
  for (const metadata of ["null", "3", "[]", '"a"', '{"a":1}']) {
    const header = new TextEncoder().encode(`{"__metadata__":${metadata}}`);
    const file = new Uint8Array(8 + header.length);
    new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
    file.set(header, 8);
    assert.throws(() => decodeSafetensors(file), refused(/not a sound safetensors file: its metadata/));
  }
});
