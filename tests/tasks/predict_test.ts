// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { generateDataset } from "lib/datasets/generator/generate.ts";
import { createModel } from "lib/nn/create_model.ts";
import { Random } from "lib/math/random.ts";
import { saveModel } from "lib/nn/weights/model_file.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { runTask } from "./run_task.ts";

Deno.test("predict writes a mask and probabilities of an image, and names what it cannot read", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  await saveModel(path, model, { normalization: "percentile", threshold: 0.4 });
  const data = Uint16Array.from({ length: 50 * 40 }, (_, i) => (i * 97) % 4000);
  await Deno.writeFile(join(folder, "cells.png"), encode({ width: 50, height: 40, channels: 1, depth: 16, data }));
  const done = await runTask("predict", path, join(folder, "cells.png"), "--to", folder, "--probabilities");
  assert.equal(done.code, 0, done.error);
  assert.match(done.out, /above 0\.4/);
  const mask = decode(await Deno.readFile(join(folder, "cells_mask.png")));
  const map = decode(await Deno.readFile(join(folder, "cells_probability.png")));
  assert.deepEqual([mask.width, mask.height, map.depth], [50, 40, 16]);
  mask.data.forEach((value, i) => {
    if (Math.abs(map.data[i] / 65535 - 0.4) > 1e-4) assert.equal(value, map.data[i] / 65535 > 0.4 ? 255 : 0);
  });
  const missing = await runTask("predict", path, join(folder, "nothing.png"));
  assert.equal(missing.code, 1);
  assert.match(missing.error, /nothing\.png cannot be read/);
  // An image of noise alone is named, where the model knows its training images' contrast.
  assert.doesNotMatch(done.error, /empty field/);
  const noise = new Random(4);
  const field = Uint16Array.from({ length: 64 * 64 }, () => Math.round(1000 + 20 * noise.normal()));
  await Deno.writeFile(
    join(folder, "field.png"),
    encode({ width: 64, height: 64, channels: 1, depth: 16, data: field }),
  );
  const knowing = join(folder, "knowing.safetensors");
  const contrastFloor = { structure: 82, range: 18, medianRange: 35 };
  await saveModel(knowing, model, { normalization: "robust", threshold: 0.5, contrastFloor });
  const { samples: [{ image: { data: nuclei } }] } = await generateDataset({ count: 1, size: 64, seed: 8 });
  await Deno.writeFile(
    join(folder, "nuclei.png"),
    encode({ width: 64, height: 64, channels: 1, depth: 8, data: Uint8Array.from(nuclei) }),
  );
  const [cells, empty] = ["nuclei", "field"].map((name) => join(folder, `${name}.png`));
  for (const [file, what] of [[path, undefined], [knowing, empty]] as const) {
    const { code, error } = await runTask("predict", file, cells, empty, "--to", folder);
    assert.equal(code, 0, error);
    const warned = error.split("\n").filter((line) => /probably an empty field/.test(line));
    assert.equal(warned.length, what ? 1 : 0, error);
    if (what) assert.match(warned[0], /field\.png: .*contrast is [3-7]\.\d .*training images' 82 or more/);
  }
  // Each page of a stack is segmented, in the channel that was chosen.
  const pages = [0, 1].map((first) => ({
    width: 40,
    height: 32,
    data: Uint8Array.from({ length: 2 * 40 * 32 }, (_, at) => at % 2 === 0 ? (at * 7 + first * 50) % 200 : 0),
  }));
  await Deno.writeFile(join(folder, "stack.tif"), writeTiff(pages));
  const both = await runTask("predict", path, join(folder, "stack.tif"), "--to", folder);
  assert.match(both.error, /stack\.tif cannot be read: it has 2 channels .*--channels 1 or 2/);
  const stack = await runTask("predict", path, join(folder, "stack.tif"), "--to", folder, "--channels", "1");
  assert.equal(stack.code, 0, stack.error);
  for (const page of [1, 2]) {
    const { width, height } = decode(await Deno.readFile(join(folder, `stack#${page}_mask.png`)));
    assert.deepEqual([width, height], [40, 32]);
  }
  model.dispose();
  await Deno.remove(folder, { recursive: true });
});
