import assert from "node:assert/strict";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { createModel } from "lib/nn/create_model.ts";
import { saveModel } from "lib/nn/model_file.ts";
import { projectFolder } from "lib/runtime/library.ts";

async function task(name: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder(), "tasks", `${name}.ts`), ...args],
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

Deno.test("predict writes a mask and probabilities of an image, and names what it cannot read", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  const model = createModel({ architecture: "unet", encoder: "resnet18" });
  await saveModel(path, model, { normalization: "percentile", threshold: 0.4 });
  model.dispose();
  const data = Uint16Array.from({ length: 50 * 40 }, (_, i) => (i * 97) % 4000);
  await Deno.writeFile(join(folder, "cells.png"), encode({ width: 50, height: 40, channels: 1, depth: 16, data }));
  const done = await task("predict", path, join(folder, "cells.png"), "--to", folder, "--probabilities");
  assert.equal(done.code, 0, done.error);
  assert.match(done.out, /exceeds 0\.4/);
  const mask = decode(await Deno.readFile(join(folder, "cells_mask.png")));
  const map = decode(await Deno.readFile(join(folder, "cells_probability.png")));
  assert.deepEqual([mask.width, mask.height, map.depth], [50, 40, 16]);
  mask.data.forEach((value, i) => {
    if (Math.abs(map.data[i] / 65535 - 0.4) > 1e-4) assert.equal(value, map.data[i] / 65535 > 0.4 ? 255 : 0);
  });
  const missing = await task("predict", path, join(folder, "nothing.png"));
  assert.equal(missing.code, 1);
  assert.match(missing.error, /nothing\.png cannot be read/);
  const exported = await task("weights", "export", path, "--to", join(folder, "exported.safetensors"));
  assert.equal(exported.code, 0, exported.error);
  const imported = await task(
    "weights",
    "import",
    join(folder, "exported.safetensors"),
    "--to",
    join(folder, "imported.safetensors"),
    "-p",
    "architecture=unet",
    "-p",
    "encoder=resnet18",
  );
  assert.match(imported.out, /held a whole model with segmentation_models\.pytorch's names/);
  assert.match((await task("weights")).error, /Use it as one of/);
  await Deno.remove(folder, { recursive: true });
});
