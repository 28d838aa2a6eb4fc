// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const { name } = JSON.parse(Deno.readTextFileSync(join(projectFolder(), "deno.json")));

const PROGRAM = `
import { ensemble, generateDataset, openDataset, openSegmenter, readImage, tf, train } from "jsr:${name}";
import { writeImage } from "./write_image.ts";
import { lossCurve } from "jsr:${name}/plots";

const { samples } = await generateDataset({ count: 6, size: 64 });
for (const { id, image, labels } of samples) {
  await writeImage("cells/images/" + id + ".png", image);
  await writeImage("cells/masks/" + id + ".png", labels);
}
const dataset = await openDataset("cells");
const small = { architecture: "pspnet", encoder: "mobilenet_v2", cropSize: 64, epochs: 1, folds: 2, batchSize: 2 } as const;
using named = await train({ ...small, loss: "focal" }, dataset);
using custom = await train({ ...small, loss: (x: tf.Tensor, y: tf.Tensor): tf.Scalar => tf.mean(tf.squaredDifference(tf.sigmoid(x), y)) }, dataset);
using both = ensemble([named, custom]);
const image = await readImage("cells/images/" + samples[0].id + ".png");
const { labels, probabilities } = await both.segment(image);
await both.save("both");
using opened = await openSegmenter("both");
const again = await opened.segment(image);
const same = again.probabilities.every((p, i) => p === probabilities[i]);
const runs = [...Deno.readDirSync("results")].length;
await lossCurve(named.record.stepLosses).save("loss.svg");
console.log(JSON.stringify({ width: labels.width, same, runs, name: dataset.name, loss: custom.record.config.loss }));
`;

/** A grey PNG by hand: the program imports nothing of ours but the library. */
const WRITE_IMAGE = `
import { deflateSync, crc32 } from "node:zlib";
import { Buffer } from "node:buffer";

const chunk = (type: string, data: Uint8Array) => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(body), 4);
  return [numbers.subarray(0, 4), body, numbers.subarray(4)];
};

export async function writeImage(path: string, { width, height, data }: { width: number; height: number; data: ArrayLike<number> }) {
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = data[y * width + x];
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  await Deno.mkdir(path.replace(/[^/]*$/, ""), { recursive: true });
  const parts = [Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunk("IHDR", head), ...chunk("IDAT", deflateSync(rows)), ...chunk("IEND", Buffer.alloc(0))];
  await Deno.writeFile(path, Buffer.concat(parts));
}
`;

Deno.test("a project outside the repository links to it, trains, segments, saves and opens", async () => {
  await using folder = await temporaryFolder();
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder.path, name), text);
  await write("deno.json", JSON.stringify({ links: [projectFolder()] }));
  await write("main.ts", PROGRAM);
  await write("write_image.ts", WRITE_IMAGE);
  // The same versions of the libraries as ours, which are there.
  await Deno.copyFile(join(projectFolder(), "deno.lock"), join(folder.path, "deno.lock"));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--check", "--allow-all", "main.ts"],
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { loss, ...found } = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(found, { width: 64, same: true, runs: 2, name: "cells" });
  assert.match(loss, /^custom:loss:[0-9a-f]{16}$/);
  assert.match(await Deno.readTextFile(join(folder.path, "loss.svg")), /<svg/);
});
