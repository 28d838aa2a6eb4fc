import assert from "node:assert/strict";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import { zipSync } from "fflate";
import { DatasetError } from "lib";
import { fetchBbbc038, loadFolder } from "lib/datasets";
import { DownloadError } from "lib/io/download.ts";
import { ArchiveError, unzip } from "lib/io/unzip.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const text = (content: string) => new TextEncoder().encode(content);
const picture = (value: number) =>
  encodePng({ width: 8, height: 8, data: new Uint8Array(64).fill(value), channels: 1, depth: 8 });

/** A small archive that lies like the real one. */
function archive(images: number): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < images; i++) {
    files[`id${i}/images/id${i}.png`] = picture(10 * i);
    for (const k of [1, 2]) files[`id${i}/masks/${k}.png`] = picture(k % 2 ? 255 : 0);
  }
  return zipSync(files, { level: 0 });
}

/** Serves bytes with ranges; the first answers may break off. */
function serve(bytes: Uint8Array, breaks: number[] = []) {
  const ranges: (string | null)[] = [];
  const server = Deno.serve({ port: 0, onListen() {} }, (request) => {
    const range = request.headers.get("range");
    ranges.push(range);
    const from = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    const body = bytes.subarray(from);
    const cut = breaks.shift();
    const headers = { "content-length": String(body.length) };
    const status = range ? 206 : 200;
    if (cut === undefined) return new Response(body as BodyInit, { status, headers });
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(body.subarray(0, cut));
        setTimeout(() => controller.error(new Error("cable pulled")), 50);
      },
    });
    return new Response(stream, { status, headers });
  });
  return { server, ranges, url: `http://localhost:${(server.addr as Deno.NetAddr).port}/stage1_train.zip` };
}

Deno.test("fetchBbbc038() goes on where the connection broke, unpacks, and does nothing the second time", async () => {
  await using folder = await temporaryFolder();
  const { server, ranges, url } = serve(archive(5), [1500]);
  try {
    const seen = new Set<string>();
    const fetchIt = () => fetchBbbc038(folder.path, { url, images: 5, onProgress: (what) => seen.add(what) });
    await assert.rejects(
      fetchIt(),
      (error: Error) => error instanceof DownloadError && /run the command again to resume/.test(error.message),
    );
    assert.equal(await fetchIt(), true);
    assert.deepEqual(ranges, [null, "bytes=1500-"]);
    assert.deepEqual(seen, new Set(["fetching", "unpacking"]));
    const { samples, layout } = await loadFolder(folder.path);
    assert.deepEqual([layout, samples.length], ["science-bowl", 5]);
    const source = JSON.parse(await Deno.readTextFile(join(folder.path, "source.json")));
    assert.equal(source.sha256.length, 64);
    assert.equal(await fetchIt(), false);
    assert.equal(ranges.length, 2);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name).sort(), [
      "source.json",
      "stage1_train",
    ]);
  } finally {
    await server.shutdown();
  }
});

Deno.test("fetchBbbc038() refuses an archive that is damaged or another's, and keeps nothing of it", async () => {
  await using folder = await temporaryFolder();
  const flipped = archive(5);
  flipped[200] ^= 1;
  for (
    const [bytes, type, message] of [
      [archive(4), DatasetError, /contains 4 images instead of 5/],
      [flipped, ArchiveError, /cannot be unpacked/],
      [text("<html>not found</html>"), ArchiveError, /cannot be unpacked/],
    ] as const
  ) {
    const { server, url } = serve(bytes);
    try {
      await assert.rejects(fetchBbbc038(folder.path, { url, images: 5 }), (error: Error) => {
        assert.ok(error instanceof type, `${error.name}: ${error.message}`);
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.path)), []);
    } finally {
      await server.shutdown();
    }
  }
});

Deno.test("unzip() writes nothing outside of its folder, no links, and no more than allowed", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.zip"), out = join(folder.path, "out");
  const refuses = async (bytes: Uint8Array, message: RegExp, options = {}) => {
    await Deno.writeFile(path, bytes);
    await assert.rejects(unzip(path, out, options), (error: Error) => {
      assert.ok(error instanceof ArchiveError, `${error.name}: ${error.message}`);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), ["a.zip"]);
  };
  for (const name of ["../evil", "a/../../evil", "/evil", "C:/evil", "a\\..\\evil"]) {
    await refuses(zipSync({ ok: text("1"), [name]: text("2") }), /is outside its folder|Unsafe filename/);
  }
  await refuses(
    zipSync({ link: [text("/etc/passwd"), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }),
    /contains a link \("link"\)/,
  );
  await refuses(zipSync({ a: text("1"), A: text("2") }), /contains "A" twice/);
  await refuses(zipSync({ a: text("1"), b: text("2") }), /more than 1 entries/, { maxEntries: 1 });
  await refuses(zipSync({ a: new Uint8Array(5000) }), /unpacks to more than 4,000 bytes/, { maxBytes: 4000 });
  // The directory says 10 bytes, the data are 5,000.
  const lying = zipSync({ a: new Uint8Array(5000) });
  const directory = lying.findLastIndex((_, i) => lying[i] === 0x50 && lying[i + 1] === 0x4b && lying[i + 2] === 1);
  new DataView(lying.buffer, lying.byteOffset).setUint32(directory + 24, 10, true);
  await refuses(lying, /contains a larger "a" than its directory says|cannot be unpacked/);
  await Deno.writeFile(path, zipSync({ "deep/er/a": text("hello") }));
  await unzip(path, out);
  assert.equal(await Deno.readTextFile(join(out, "deep/er/a")), "hello");
});
