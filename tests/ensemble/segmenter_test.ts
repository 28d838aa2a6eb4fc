// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, ensemble, generateDataset, openSegmenter, type Segmenter, tf, TrainedModel } from "lib";
import { softVote } from "lib/ensemble";
import { labelObjects } from "lib/nn/inference/segmenter.ts";
import { createTask } from "lib/task";

const { samples: [{ image }] } = await generateDataset({ count: 1, size: 96, modality: "fluorescence" });

/** A UNet with fresh weights whose logits are moved, so that some pixels are foreground. */
function untrained(seed: number, threshold: number): TrainedModel {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed });
  return new TrainedModel(model, { normalization: "robust", threshold });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("objects are numbered where probabilities exceed the threshold", () => {
  const probabilities = Float32Array.of(0.9, 0.1, 0.6, 0.9, 0.1, 0.6, 0.1, 0.1, 0.1);
  const size = { width: 3, height: 3 };
  const { labels, count } = labelObjects(probabilities, size, 0.5);
  assert.equal(count, 2);
  assert.deepEqual([...labels.data], [1, 0, 2, 1, 0, 2, 0, 0, 0]);
  assert.equal(labelObjects(probabilities, size, 0.7).count, 1);
  for (const threshold of [-0.1, 1.1, NaN]) {
    assert.throws(() => labelObjects(probabilities, size, threshold), /threshold is .*: give 0 to 1/);
  }
});

Deno.test("a trained model segments with its own threshold, and the same after saving", async () => {
  await inFolder(async (folder) => {
    using model = untrained(1, 0.45);
    const found = await model.segment(image);
    assert.equal(found.labels.data.length, 96 * 96);
    assert.deepEqual(
      found.labels.data.map((label) => Number(label > 0)),
      Uint16Array.from(found.probabilities, (p) => Number(p > 0.45)),
    );
    assert.equal((await model.segment(image, { threshold: 1 })).count, 0);
    await model.save(join(folder, "model.safetensors"));
    for (const path of [folder, join(folder, "model.safetensors")]) {
      using opened = await openSegmenter(path);
      assert.equal(opened.threshold, 0.45);
      assert.deepEqual((await opened.segment(image)).probabilities, found.probabilities);
    }
  });
});

Deno.test("percentiles change what a model sees, and are refused where it uses none", async () => {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  const use = { normalization: "robust", threshold: 0.5 } as const;
  const make = (percentiles: [number, number], normalization: "robust" | "zscore" = "robust") =>
    new TrainedModel(model, { ...use, normalization }, { percentiles });
  const usual = await new TrainedModel(model, use).predict(image);
  assert.deepEqual(await make([1, 99.8]).predict(image), usual);
  assert.notDeepEqual(await make([20, 70]).predict(image), usual);
  assert.throws(() => make([70, 20]), /percentiles is 70, 20: give two rising numbers from 0 to 100/);
  assert.throws(() => make([1, 99], "zscore"), /normalization is "zscore", which has no percentiles: leave them out/);
  model.dispose();
});

Deno.test("a model and the members of an ensemble are opened in 16 bits where asked", async () => {
  await inFolder(async (folder) => {
    using both = ensemble([untrained(1, 0.4), untrained(2, 0.6)]);
    await both.save(join(folder, "both"));
    await both.members[0].save(join(folder, "model.safetensors"));
    for (const name of ["both", "model.safetensors"]) {
      using full = await openSegmenter(join(folder, name));
      using half = await openSegmenter(join(folder, name), { precision: "mixed-bfloat16" });
      const expected = await full.predict(image), found = await half.predict(image);
      const largest = found.reduce((most, p, i) => Math.max(most, Math.abs(p - expected[i])), 0);
      assert.ok(largest > 0 && largest < 0.02, `${name} differs by ${largest}`);
    }
  });
});

Deno.test("an ensemble averages its members, and is the same after saving", async () => {
  await inFolder(async (folder) => {
    using both = ensemble([untrained(1, 0.4), untrained(2, 0.6)], { weights: [1, 3] });
    assert.equal(both.threshold, 0.5);
    const maps: Float32Array[] = [];
    for (const seed of [1, 2]) {
      using member = untrained(seed, 0.5);
      maps.push(await member.predict(image));
    }
    const { probabilities } = await both.segment(image);
    assert.deepEqual(probabilities, softVote(maps, [0.25, 0.75]));
    assert.deepEqual(await both.predict(image), probabilities);
    await both.save(join(folder, "both"));
    const description = join(folder, "both/ensemble.json");
    const stored = await Deno.readTextFile(description);
    assert.equal(JSON.parse(stored).method, "soft-voting");
    // As earlier versions wrote it.
    for (const text of [stored, stored.replace("soft-voting", "soft voting")]) {
      await Deno.writeTextFile(description, text);
      using opened = await openSegmenter(join(folder, "both"));
      assert.equal(opened.task, "foreground");
      assert.deepEqual((await opened.segment(image)).probabilities, probabilities);
    }
    await Deno.writeTextFile(description, stored.replace("soft-voting", "residual"));
    await assert.rejects(openSegmenter(join(folder, "both")), /ensemble\.json is damaged/);
  });
});

Deno.test("a save that fails leaves no description of members that it has replaced", async () => {
  await inFolder(async (folder) => {
    const save = () => Promise.reject(new Error("the disk is full"));
    const full = { threshold: 0.5, task: "foreground", taskDefinition: createTask({}), save } as unknown as Segmenter;
    using first = untrained(1, 0.5), second = untrained(2, 0.5);
    await ensemble([first, second]).save(folder);
    await assert.rejects(ensemble([second, full]).save(folder), /the disk is full/);
    await assert.rejects(openSegmenter(folder), { name: "SafetensorsError" });
  });
});

Deno.test("progress goes from 0 to 1 over all members", async () => {
  using both = ensemble([untrained(1, 0.5), untrained(2, 0.5)]);
  const seen: number[] = [];
  await both.segment(image, { onProgress: (done) => seen.push(done) });
  assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
  assert.equal(seen.at(-1), 1);
});

Deno.test("an ensemble that cannot be is refused", () => {
  const member = { threshold: 0.5, taskDefinition: createTask({}) } as Segmenter;
  assert.throws(() => ensemble([]), /at least one member/);
  assert.throws(() => ensemble([member], { weights: [1, 2] }), /2 weights for 1 members/);
  assert.throws(() => ensemble([member], { weights: [0] }), /one of them above 0/);
  assert.throws(() => ensemble([member], { weights: [-1] }), /numbers from 0 on/);
  assert.throws(() => ensemble([member], { weights: [Infinity] }), /numbers from 0 on/);
  assert.throws(() => ensemble([member], { threshold: 2 }), /threshold is 2/);
  const misspelt = { method: "staking" as "soft-voting" };
  assert.throws(() => ensemble([member], misspelt), {
    name: "OptionError",
    message:
      'method is "staking": choose weighted-soft-voting, greedy-selection, soft-voting or stacking (did you mean stacking?)',
  });
  const forgotten = { kind: "residual" } as object;
  assert.throws(
    () => ensemble([member], forgotten),
    /soft-voting has no option "kind": choose method, weights, threshold or/,
  );
  const other = { threshold: 0.5, task: "lines" as unknown } as Segmenter;
  assert.throws(
    () => ensemble([{ ...member, task: "foreground" }, other]),
    /the tasks foreground, lines: give members of one/,
  );
});

Deno.test("a damaged ensemble, and a folder without a model, are named", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(openSegmenter(folder), /model\.safetensors/);
    await Deno.writeTextFile(join(folder, "ensemble.json"), '{"members": []}');
    await assert.rejects(openSegmenter(folder), /ensemble\.json is damaged: save the ensemble again/);
  });
});

Deno.test("a segmenter frees its memory", async () => {
  const before = tf.memory().numTensors;
  {
    using model = untrained(1, 0.5);
    await model.segment(image);
  }
  assert.equal(tf.memory().numTensors, before);
});
