// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import {
  createModel,
  ensemble,
  foreground,
  generateDataset,
  type Image,
  openSegmenter,
  type Segmenter,
  tf,
  TrainedModel,
} from "lib";
import { labelObjects } from "lib/nn";
import { createTask } from "lib/task";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "../tasks/run_task.ts";

const dataset = await generateDataset({ count: 8, size: 64, seed: 4, modality: "fluorescence" });
const [{ image }] = dataset.samples, images = dataset.samples.map(({ id }) => id);
const truth = new Map(dataset.samples.map(({ image, labels }) => [image, foreground(labels)]));

/** Fresh weights, as a stored member has. */
function untrained(seed: number): TrainedModel {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed });
  return new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
}

/** A member that says with some confidence what is there, or the opposite. */
function oracle(confidence: number, trainingImages?: readonly string[]): Segmenter {
  const predict = (image: Image) =>
    Promise.resolve(truth.get(image)!.map((inside) => 0.5 + confidence * (inside - 0.5)));
  return {
    task: "foreground",
    taskDefinition: createTask({}),
    threshold: 0.5,
    trainingImages,
    predict,
    segment: async (image) => {
      const probabilities = await predict(image);
      return { ...image, probabilities, ...labelObjects(probabilities, image, 0.5), empty: false };
    },
    isEmpty: () => false,
    isEmptyContrast: () => false,
    predictRows: () => {
      throw new Error("not called");
    },
    save: () => Promise.reject(new Error("not stored")),
    [Symbol.dispose]() {},
  };
}

Deno.test("stacking learns which member to believe, where voting is lost", async () => {
  const members = [oracle(-0.9), oracle(0.6)];
  const vote = await ensemble(members).segment(image);
  using stacked = await ensemble(members, { method: "stacking", dataset, images, steps: 150 });
  const found = await stacked.segment(image);
  const right = (map: Float32Array) => map.filter((p, i) => (p > 0.5) === (truth.get(image)![i] > 0)).length;
  assert.ok(right(found.probabilities) > 0.95 * image.width * image.height);
  assert.ok(right(vote.probabilities) < 0.5 * image.width * image.height);
});

Deno.test("greedy selection and weights by Dice are learned on images that no member trained on, and are saved", async () => {
  const members = [oracle(-0.9), oracle(0.6)];
  const selected = await ensemble(members, { method: "greedy-selection", dataset, images });
  const weighted = await ensemble(members, { method: "weighted-soft-voting", dataset, images });
  for (const combined of [selected, weighted]) {
    const { probabilities } = await combined.segment(image);
    assert.ok(probabilities.every((p, i) => p > 0.5 === truth.get(image)![i] > 0));
  }
  const known = [oracle(-0.9, ["x"]), oracle(0.6, [images[0]])];
  await assert.rejects(ensemble(known, { method: "greedy-selection", dataset, images }), { name: "LeakError" });
  const { trainingImages } = await ensemble(known, { method: "greedy-selection", dataset });
  assert.deepEqual(trainingImages?.toSorted(), ["x", ...images].toSorted());

  await using folder = await temporaryFolder();
  using greedy = await ensemble([untrained(1), untrained(2)], { method: "greedy-selection", dataset, images });
  await greedy.save(folder.path);
  using opened = await openSegmenter(folder.path);
  assert.deepEqual(await opened.predict(image), await greedy.predict(image));
});

Deno.test("a stacked ensemble is the same after saving, and so is an ensemble of ensembles", async () => {
  await using folder = await temporaryFolder();
  for (const kind of ["residual", "shallow-cnn"] as const) {
    using stacked = await ensemble([untrained(1), untrained(2)], {
      method: "stacking",
      dataset,
      images,
      kind,
      steps: 2,
    });
    const path = join(folder.path, kind);
    await stacked.save(path);
    using opened = await openSegmenter(path);
    assert.deepEqual(await opened.predict(image), await stacked.predict(image));
    assert.equal(opened.threshold, 0.5);
    const nested = ensemble([stacked, untrained(3)]);
    await nested.save(join(folder.path, `${kind}-nested`));
    using openedNested = await openSegmenter(join(folder.path, `${kind}-nested`));
    assert.deepEqual(await openedNested.predict(image), await nested.predict(image));
  }
  await Deno.writeTextFile(join(folder.path, "residual", "meta-model.safetensors"), "nothing");
  await assert.rejects(openSegmenter(join(folder.path, "residual")), /meta-model\.safetensors/);
});

Deno.test("stacking learns from no image that a member trained on", async () => {
  const ids = images;
  const member = oracle(0.6, ids.slice(0, 4));
  const options = { method: "stacking", dataset, steps: 1 } as const;
  await assert.rejects(ensemble([member], { ...options, images: ids.slice(3) }), {
    name: "LeakError",
    message: new RegExp(`A member of the ensemble was fitted on ${ids[3]}`),
  });
  await assert.rejects(ensemble([member], { ...options, images: ["none"] }), /has no image "none"/);
  await assert.rejects(ensemble([oracle(0.6, ids)], options), /two groups or more/);
  await assert.rejects(ensemble([member], { ...options, kind: "residul" as "residual" }), /did you mean residual/);
  await assert.rejects(ensemble([member], { ...options, steps: NaN }), /steps is NaN: give a whole number/);
  using stacked = await ensemble([member], options);
  assert.deepEqual(stacked.trainingImages, ids);
});

Deno.test("stacking asks for images where a member does not know its own", async () => {
  const options = { method: "stacking", dataset, steps: 1 } as const;
  const known = oracle(0.6, []), unknown = oracle(0.6);
  const voting = ensemble([known, unknown]);
  assert.equal(voting.trainingImages, undefined);
  for (const members of [[known, unknown], [known, voting]]) {
    await assert.rejects(ensemble(members, options), {
      name: "OptionError",
      message: "Member 2 does not know which images it trained on: name in images those that no member has seen",
    });
  }
  using stacked = await ensemble([known, unknown], { ...options, images });
  assert.equal(stacked.trainingImages, undefined);
});

Deno.test("an ensemble frees its memory", async () => {
  const before = tf.memory().numTensors;
  {
    using stacked = await ensemble([untrained(1)], { method: "stacking", dataset, images, steps: 1 });
    await stacked.segment(image);
  }
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("predict takes the folder of an ensemble, and finds its results again", async () => {
  await using folder = await temporaryFolder();
  using stacked = await ensemble([untrained(1), untrained(2)], { method: "stacking", dataset, images, steps: 1 });
  const path = join(folder.path, "both"), file = join(folder.path, "cells.png"), output = join(folder.path, "out");
  await stacked.save(path);
  const data = Uint8Array.from(image.data);
  await Deno.writeFile(file, encode({ width: 64, height: 64, channels: 1, depth: 8, data }));
  const first = await runTask("predict", path, file, "--output", output, "--probabilities");
  assert.equal(first.code, 0, first.error);
  assert.deepEqual([...Deno.readDirSync(output)].map(({ name }) => name).sort(), [
    "cells_mask.png",
    "cells_probability.png",
  ]);
  assert.match(
    (await runTask("predict", path, file, "--output", output, "--probabilities")).out,
    /Kept the masks of 1/,
  );
  await ensemble([untrained(1)]).save(path);
  assert.match((await runTask("predict", path, file, "--output", output)).out, /Replaced 1 result/);
});
