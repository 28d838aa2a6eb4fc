import assert from "node:assert/strict";
import { join } from "node:path";
import { ZipWriter } from "@zip.js/zip.js";
import { unzipSync } from "fflate";
import { writeAll } from "lib/io/replace_file.ts";
import { copyZipEntry, zipEntrySize } from "lib/io/zip/zip_entry.ts";
import { writeZip, type ZipContent } from "lib/io/zip/write_zip.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const large = Uint8Array.from({ length: 300_000 }, (_, i) => i * i >> 7);
const FILES = { "a.maps": Uint8Array.of(1, 2, 3), "b.maps": large, "c.maps": new Uint8Array(0) };

function content(name: string, bytes: Uint8Array, size = bytes.length): ZipContent {
  return { name, size, copy: (to) => new Blob([bytes as BlobPart]).stream().pipeTo(to) };
}

const contents = Object.entries(FILES).map(([name, bytes]) => content(name, bytes));

async function readEntry(path: string, name: string): Promise<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>();
  const [bytes] = await Promise.all([new Response(readable).arrayBuffer(), copyZipEntry(path, name, writable)]);
  return new Uint8Array(bytes);
}

Deno.test("writeZip() stores files as they are, and the same files give the same bytes", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.zip"), again = join(folder.path, "b.zip");
  await writeZip(path, contents);
  await writeZip(again, contents);
  const archive = await Deno.readFile(path);
  assert.deepEqual(await Deno.readFile(again), archive);
  assert.deepEqual({ ...unzipSync(archive) }, FILES);
  for (const [name, bytes] of Object.entries(FILES)) {
    assert.deepEqual(await readEntry(path, name), bytes);
    assert.equal(await zipEntrySize(path, name), bytes.length);
  }
  await assert.rejects(zipEntrySize(path, "d.maps"), /does not contain it/);
});

Deno.test("an archive whose writing fails, or is no longer allowed, is not there", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.zip");
  const broken = { name: "d.maps", size: 7, copy: () => Promise.reject(new Error("the disk is gone")) };
  await assert.rejects(writeZip(path, [...contents, broken]), /the disk is gone/);
  const stop = () => Promise.reject(new Error("another computer has the lock"));
  await assert.rejects(writeZip(path, contents, stop), /another computer has the lock/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("a damaged entry does not disturb the reading of another", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.zip");
  await writeZip(path, contents);
  const archive = await Deno.readFile(path);
  archive[archive.length >> 1] ^= 1;
  await Deno.writeFile(path, archive);
  assert.deepEqual(await readEntry(path, "a.maps"), FILES["a.maps"]);
  await assert.rejects(readEntry(path, "b.maps"), /CRC32/);
  await Deno.truncate(path, archive.length - 5);
  await assert.rejects(readEntry(path, "a.maps"));
});

Deno.test("an entry of more than 4 GiB has sizes of Zip64", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.zip");
  // The writer chooses by the size that it is given, and then stores the one that it counts.
  await writeZip(path, [content("a.maps", large, 5 * 2 ** 30), content("b.maps", FILES["a.maps"])]);
  const archive = await Deno.readFile(path), local = new DataView(archive.buffer);
  assert.deepEqual([local.getUint16(4, true), local.getUint32(18, true)], [45, 0xffffffff]);
  assert.deepEqual(await readEntry(path, "a.maps"), large);
  assert.deepEqual(await readEntry(path, "b.maps"), FILES["a.maps"]);
});

Deno.test("entries beyond 4 GiB of a file are read by their 64-bit offsets", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.zip"), offset = 5 * 2 ** 30;
  {
    using file = await Deno.open(path, { write: true, create: true });
    // A hole, which takes no space on the disk.
    await file.truncate(offset);
    await file.seek(offset, Deno.SeekMode.Start);
    const sink = new WritableStream<Uint8Array>({ write: (bytes) => writeAll(file, bytes) });
    const writer = new ZipWriter(sink, { level: 0, useWebWorkers: false, offset });
    for (const [name, bytes] of Object.entries(FILES)) {
      await writer.add(name, { readable: new Blob([bytes as BlobPart]).stream(), size: bytes.length });
    }
    await writer.close();
  }
  for (const [name, bytes] of Object.entries(FILES)) assert.deepEqual(await readEntry(path, name), bytes);
});
