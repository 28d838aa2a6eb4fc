// @tags slow
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { download, DownloadError } from "lib/io/download.ts";
import type { EncoderDefinition, PretrainedFile } from "lib/nn/encoders/encoder.ts";
import { ENCODERS } from "lib/nn/encoders/encoders.ts";
import { fetchPretrained } from "lib/nn/weights/pretrained.ts";

const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 2654435761) >>> 24);
const sha256 = createHash("sha256").update(content).digest("hex");

/** A server for one test: what it answers, and what it was asked. */
async function withServer(
  answer: (request: Request, count: number) => Response,
  test: (url: string, folder: string, requests: Request[]) => Promise<void>,
): Promise<void> {
  const requests: Request[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    requests.push(request);
    return answer(request, requests.length);
  });
  const folder = await Deno.makeTempDir();
  try {
    await test(`http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/file.bin`, folder, requests);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const whole = () => new Response(content);

/** Sends the first part, then breaks the connection. */
function broken(count: number): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(content.slice(0, count));
      setTimeout(() => controller.error(new Error("the cable")), 50);
    },
  });
  return new Response(body, { headers: { "content-length": String(content.length) } });
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("download() fetches, tells how far it is, and checks size and SHA-256", async () => {
  await withServer(whole, async (url, folder) => {
    const path = join(folder, "file.bin");
    const progress: number[] = [];
    await download(url, path, { bytes: content.length, sha256, onProgress: (received) => progress.push(received) });
    assert.deepEqual(await Deno.readFile(path), content);
    assert.equal(progress.at(-1), content.length);
    assert.deepEqual(names(folder), ["file.bin"]);
  });
});

Deno.test("a tampered, too large, or missing file is refused and leaves nothing", async () => {
  const flipped = content.slice();
  flipped[500] ^= 1;
  for (
    const [answer, message] of [
      [() => new Response(flipped), /did not return the expected file \(SHA-256 [0-9a-f]{64}\): it was removed/],
      [() => new Response(content.slice(0, 99_000)), /the connection broke at 99000 of 100000/],
      [() => new Response(new Uint8Array(100_001)), /larger than 100000 bytes/],
      [() => new Response("no", { status: 404 }), /the server answered 404/],
      [() => broken(40_000), /could not be fetched/],
    ] as const
  ) {
    await withServer(answer, async (url, folder) => {
      const options = { bytes: content.length, sha256 };
      await assert.rejects(download(url, join(folder, "file.bin"), options), (error: Error) => {
        assert.ok(error instanceof DownloadError);
        assert.match(error.message, message);
        assert.ok(error.message.includes(url));
        return true;
      });
      assert.deepEqual(names(folder), []);
    });
  }
});

Deno.test("a server that falls silent is given up", async () => {
  const silent = () =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(content.slice(0, 10)) }));
  await withServer(silent, async (url, folder) => {
    await assert.rejects(download(url, join(folder, "file.bin"), { stallSeconds: 0.3 }), /no data for 0\.3 seconds/);
  });
});

Deno.test("a broken download goes on where it stopped", async () => {
  const answer = (request: Request, count: number) => {
    if (count === 1) return broken(40_000);
    const from = Number(request.headers.get("range")?.match(/bytes=(\d+)-/)?.[1]);
    return new Response(content.slice(from), { status: 206 });
  };
  await withServer(answer, async (url, folder, requests) => {
    const path = join(folder, "file.bin");
    const options = { bytes: content.length, sha256, resume: true };
    await assert.rejects(download(url, path, options), /run the command again to resume/);
    await download(url, path, options);
    assert.equal(requests[1].headers.get("range"), "bytes=40000-");
    assert.deepEqual(await Deno.readFile(path), content);
    assert.deepEqual(names(folder), ["file.bin"]);
  });
});

Deno.test("a server without ranges sends everything again, and what does not fit together is noticed", async () => {
  await withServer((_, count) => count === 1 ? broken(40_000) : whole(), async (url, folder) => {
    const path = join(folder, "file.bin");
    await assert.rejects(download(url, path, { bytes: content.length, sha256, resume: true }));
    await download(url, path, { bytes: content.length, sha256, resume: true });
    assert.deepEqual(await Deno.readFile(path), content);
  });
});

Deno.test("of pretrained weights with half a digest the file that was used first is expected for ever", async () => {
  await withServer(whole, async (url, folder) => {
    const path = join(folder, "file.bin");
    // Another file with the same first digits, which was used before.
    const other = sha256.slice(0, 8) + "0".repeat(56);
    await Deno.writeTextFile(`${path}.sha256`, `${other}\n`);
    const file: PretrainedFile = { url, bytes: content.length, sha256: sha256.slice(0, 8) };
    await assert.rejects(
      fetchPretrained("resnet18", { cache: folder, file }),
      (error: Error) =>
        error instanceof DownloadError && /the file that was used first.*remove that record/.test(error.message),
    );
    await Deno.remove(`${path}.sha256`);
    await fetchPretrained("resnet18", { cache: folder, file });
    assert.equal((await Deno.readTextFile(`${path}.sha256`)).trim(), sha256);
  });
});

Deno.test("all 64 digits of the SHA-256 are known of every pretrained file whose size is known", () => {
  for (const { pretrained } of Object.values<EncoderDefinition>(ENCODERS)) {
    if (pretrained?.bytes) assert.match(pretrained.sha256, /^[0-9a-f]{64}$/);
  }
});

Deno.test("pretrained weights are fetched once, checked before each use, and fetched again when damaged", async () => {
  await withServer(whole, async (url, folder, requests) => {
    const file: PretrainedFile = { url, bytes: content.length, sha256: sha256.slice(0, 8) };
    const path = await fetchPretrained("resnet18", { cache: folder, file });
    assert.equal(await fetchPretrained("resnet18", { cache: folder, file }), path);
    assert.equal(requests.length, 1);
    const damaged = content.slice();
    damaged[7] ^= 1;
    await Deno.writeFile(path, damaged);
    await fetchPretrained("resnet18", { cache: folder, file });
    assert.equal(requests.length, 2);
    assert.deepEqual(await Deno.readFile(path), content);
    await Deno.remove(path);
    const unknownSize = { url, sha256: file.sha256 };
    assert.equal(await fetchPretrained("resnet18", { cache: folder, file: unknownSize }), path);
    await Deno.remove(path);
    await assert.rejects(
      fetchPretrained("resnet18", { cache: folder, file: { ...file, sha256: "00000000" } }),
      (error: Error) => error instanceof DownloadError && error.message.includes(`put the file there by hand: ${path}`),
    );
    assert.deepEqual(names(folder), ["file.bin.sha256"]);
  });
});
