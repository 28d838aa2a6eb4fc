import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { generateDataset } from "lib";
import { farFromTraining, learnTrainingStatistics } from "lib/objects";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";
import { saveSmallModel } from "./small_model.ts";
import { Outcome } from "../../tasks/predict/outcome.ts";

Deno.test("predict says once in how many images most objects are specks, and what to do", () => {
  const training = {
    images: 1,
    channels: [1 as const],
    depths: [{ bits: 8 as const, dark: [0, 9], bright: [90, 99], span: [90, 99] } as const],
    background: [0, 0.1] as [number, number],
    diameter: [9, 24] as [number, number],
  };
  const image = { channels: 1, bits: 8, dark: 0, bright: 95, background: 0, diameter: 12 } as const;
  const outcome = new Outcome();
  outcome.warn("a.png", { notes: farFromTraining({ ...image, medianDiameter: 8 }, training as never) });
  assert.equal(outcome.speckAdvice, undefined);
  for (const name of ["b.png", "c.png"]) {
    outcome.warn(name, { notes: farFromTraining({ ...image, medianDiameter: 1.1 }, training as never) });
  }
  assert.equal(outcome.warnings.length, 2);
  assert.match(outcome.speckAdvice!, /^In 2 images most objects are much smaller than .*column area of objects\.csv/);
});

Deno.test("predict warns of the specks that a model without training finds", async () => {
  await using folder = await temporaryFolder();
  const { samples } = await generateDataset({ count: 1, size: 64, seed: 5, modality: "fluorescence" });
  const image = join(folder.path, "a.png"), model = join(folder.path, "model.safetensors");
  await Deno.writeFile(
    image,
    encode({ width: 64, height: 64, channels: 1, depth: 8, data: Uint8Array.from(samples[0].image.data) }),
  );
  await saveSmallModel(model, {
    trainingStatistics: { ...learnTrainingStatistics(samples)!, diameter: [500, 500] },
  });
  const { error } = await runTask("predict", model, image, "--output", join(folder.path, "out"));
  assert.match(error, /a\.png differs from the training images: .*most of its objects are specks/);
  assert.match(error, /In 1 image most objects are much smaller/);
});
