import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { readRegularFile } from "lib/io/regular_file.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test("readRegularFile() reads small, large and virtual files, and refuses a folder", async () => {
  await using folder = await temporaryFolder();
  for (const size of [0, 5, (1 << 20) - 1, 1 << 20, (5 << 20) + 3]) {
    const path = join(folder.path, `${size}`), bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
    await Deno.writeFile(path, bytes);
    assert.ok(Buffer.from(await readRegularFile(path)).equals(bytes), `${size} bytes`);
  }
  // A file of /proc has the size 0, and content.
  if (Deno.build.os === "linux") assert.ok((await readRegularFile("/proc/self/status")).length > 0);
  await assert.rejects(readRegularFile(folder.path), /it is a folder, not a file/);
});
