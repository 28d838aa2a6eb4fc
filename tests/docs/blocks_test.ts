// @tags slow long
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { exists } from "lib/io/exists.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { type Block, readPages } from "./markdown.ts";

const config = join(projectFolder(), "deno.json");
const blocks = (await readPages()).flatMap(({ path, blocks }) =>
  blocks.filter(({ language }) => language === "ts").map((block) => ({ path, ...block }))
);

/** Runs Deno with the project's configuration. */
async function deno(args: string[], cwd: string): Promise<{ code: number; out: string; error: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", INIT_CWD: cwd },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

/** Writes what the blocks read: ten generated images of 64 × 64 pixels with their masks in `my-images`, and two to segment. */
async function writeImages(folder: string): Promise<void> {
  const { samples } = await generateDataset({ count: 10, size: 64, seed: 8 });
  const size = { width: 64, height: 64 };
  for (const part of ["my-images/images", "my-images/masks", "new"]) {
    await Deno.mkdir(join(folder, part), { recursive: true });
  }
  for (const { id, image, labels } of samples) {
    const grey = encode({ ...size, channels: 1, depth: 8, data: Uint8Array.from(image.data) });
    await Deno.writeFile(join(folder, "my-images/images", `${id}.png`), grey);
    const mask = encode({ ...size, channels: 1, depth: 16, data: Uint16Array.from(labels.data) });
    await Deno.writeFile(join(folder, "my-images/masks", `${id}.png`), mask);
  }
  const page = writeTiff([{ ...size, data: Uint8Array.from(samples[0].image.data) }]);
  for (const name of ["a.tif", "new/b.tif"]) await Deno.writeFile(join(folder, name), page);
}

/**
 * A block with a training of seconds: random weights in the place of ImageNet's, which would be downloaded, the smallest
 * encoder, two epochs of small crops, small generated images, and the fastest architecture where the block names none.
 */
function withSmallTraining({ code }: Block): string {
  const network = `encoder: "mobilenet_v2", ${code.includes("architecture:") ? "" : `architecture: "pspnet", `}`;
  return code
    .replaceAll(/generateDataset\(\{ count: \d+/g, "generateDataset({ size: 64, count: 10")
    .replaceAll(`"imagenet"`, `"none"`)
    .replaceAll(/\b(epochs: \d+|encoder: "\w+"),? ?/g, "")
    .replaceAll(/train\(\{\s/g, `train({ ${network}epochs: 2, batchSize: 2, cropSize: 64, `);
}

Deno.test("every TypeScript block of a document has the right types", async () => {
  assert.ok(blocks.length >= 8, String(blocks.length));
  await using folder = await temporaryFolder();
  const files: string[] = [];
  for (const { path, line, code } of blocks) {
    files.push(join(folder.path, `${path.replaceAll("/", "-")}-line-${line}.ts`));
    await Deno.writeTextFile(files.at(-1)!, code);
  }
  const { code, error } = await deno(["check", "--quiet", "--config", config, ...files], folder.path);
  assert.equal(code, 0, error);
});

/** Runs a block in a folder with images. */
async function runBlock(block: Block & { path: string }, folder: string): Promise<string> {
  await writeImages(folder);
  const file = join(folder, "block.ts");
  await Deno.writeTextFile(file, withSmallTraining(block));
  const { code, out, error } = await deno(["run", "-A", "--no-check", "--config", config, file], folder);
  assert.equal(code, 0, `${block.path}:${block.line}\n${error}`);
  return out;
}

Deno.test("every TypeScript block that is marked to run, runs", async () => {
  const marked = blocks.filter(({ runs }) => runs);
  assert.ok(marked.length >= 5, String(marked.length));
  for (const block of marked) {
    await using folder = await temporaryFolder();
    await runBlock(block, folder.path);
  }
});

Deno.test("README's block trains an ensemble, finds objects and saves it, and predict uses it", async () => {
  const [block, ...others] = blocks.filter(({ path }) => path === "README.md");
  assert.deepEqual(others, [], "run each of README's blocks");
  await using folder = await temporaryFolder();
  assert.match(await runBlock(block, folder.path), /\d+ objects in 64 × 64 pixels/);
  const predict = join(projectFolder(), "tasks/predict.ts");
  const { code, error } = await deno(["run", "-A", predict, "both", "new/b.tif"], folder.path);
  assert.equal(code, 0, error);
  assert.ok(await exists(join(folder.path, "predictions/b_mask.png")));
});
