// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel } from "lib";
import { Predictor } from "lib/nn";
import { projectFolder } from "lib/runs";

const SETUP = `import { createModel } from "lib";
import { Predictor } from "lib/nn";
const image = (side) => ({ width: side, height: side, channels: 1, pixels: new Float32Array(side ** 2) });
const network = createModel({ architecture: "unet", encoder: "resnet18", seed: 1 });
const predictor = new Predictor(network, { tileSize: 128 });`;

/** Predicts, and writes the number of pixels and what computed them. */
const predict = (side: number) =>
  `{
  const [map] = await predictor.predict([image(${side})]);
  console.log(map.length, predictor.computedBy);
}`;

Deno.test("cells of a notebook predict with the engine that other programs have", async () => {
  const network = createModel({ architecture: "unet", encoder: "resnet18", seed: 1 });
  const predictor = new Predictor(network);
  await predictor.predict([{ width: 64, height: 64, channels: 1, pixels: new Float32Array(64 ** 2) }]);
  const engine = predictor.computedBy;
  network.dispose();

  const root = projectFolder().replace(/\/$/, "");
  // TensorFlow computes between the predictions.
  const cells = [
    [SETUP, ""],
    [predict(64), `4096 ${engine}\n`],
    [predict(700), `490000 ${engine}\n`],
    [
      `import { compile, tf } from "lib";\nconsole.log((await compile((x) => x.square())(tf.scalar(3))).dataSync()[0]);`,
      "9\n",
    ],
    [predict(300), `90000 ${engine}\n`],
  ];
  const { stdout, stderr } = await new Deno.Command(join(root, ".venv/bin/python"), {
    args: [join(root, "tests/jupyter/run_all.py"), root, "1", JSON.stringify(cells), "120", "1"],
  }).output();
  const text = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  assert.match(text, /^\{/, new TextDecoder().decode(stderr));
  const { seconds: _, ...counts } = JSON.parse(text);
  assert.deepEqual(counts, { runs: 1, stuck: 0, lost: 0 });
});
