import assert from "node:assert/strict";
import { generateDataset } from "lib";
import { VOID_CLASS } from "lib/images/image.ts";
import { refuseVoid } from "lib/runs/refuse_void.ts";
import { ConfigError, parseConfig } from "lib/train";
import { trainRun } from "lib/runs";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await generateDataset({ count: 4, size: 32, kinds: 2 });
const samples = dataset.samples.map((sample, i) => ({
  ...sample,
  labels: { ...sample.labels, classes: i === 2 ? sample.labels.classes!.with(5, VOID_CLASS) : sample.labels.classes! },
}));
const config = { architecture: "pspnet", encoder: "mobilenet_v2", cropSize: 32, folds: 2, batchSize: 2 } as const;

Deno.test("foreground is not learnt from masks with void, in which every pixel would count", async () => {
  const foreground = parseConfig(config), border = parseConfig({ ...config, task: "border" });
  const message = /task is "foreground".*mask of .+ has some: choose -p task=classes or -p task=border, or remove void/;
  assert.throws(() => refuseVoid(foreground, { samples }), { name: ConfigError.name, message });
  refuseVoid(foreground, dataset);
  refuseVoid(border, { samples });
  refuseVoid(parseConfig({ ...config, task: "classes" }), { samples });
  const noisy = parseConfig({ ...config, task: "border", labelNoise: { shifted: 2 } });
  refuseVoid(noisy, dataset);
  assert.throws(() => refuseVoid(noisy, { samples }), /has void pixels: leave labelNoise out/);
  await using folder = await temporaryFolder();
  await assert.rejects(
    trainRun({ config: foreground, dataset: { ...dataset, samples }, results: folder.path }),
    message,
  );
});
