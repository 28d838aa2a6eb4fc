// @tags slow long
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ConfigError,
  countPixels,
  createModel,
  diceScore,
  ImageError,
  iouScore,
  NonFiniteLossError,
  parseConfig,
  RunError,
  splitDataset,
  tf,
} from "lib";
import { BatchSource } from "lib/batches";
import { scoreImages } from "lib/evaluate";
import { loadStateDict, readSafetensors, stateDict, writeSafetensors } from "lib/nn";
import { trainRun } from "lib/runs";
import { fit } from "lib/train";
import { learningRateAt } from "lib/train/schedule.ts";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await smallDataset();

Deno.test("parseConfig() fills in defaults and names the nearest known option", () => {
  assert.equal(parseConfig({}).batchSize, 4);
  assert.throws(
    () => parseConfig({ bach_size: 4 }),
    (error: Error) =>
      error instanceof ConfigError && /no option "bach_size": did you mean "batchSize"\?/.test(error.message),
  );
  assert.throws(() => parseConfig({ epochs: 0 }), /epochs is 0/);
  assert.throws(() => parseConfig({ fold: 5 }), /below folds; the first fold is 0/);
  assert.throws(() => parseConfig({ encoder: "resnet9000" }), /encoder is "resnet9000".*resnet34/);
});

Deno.test("createModel() lists the known names", () => {
  assert.throws(
    () => createModel({ architecture: "segformer" as "unet" }),
    /no architecture "segformer": choose one of unet, deeplabv3, deeplabv3plus, pspnet/,
  );
  assert.throws(
    () => createModel({ architecture: "unet", encoder: "vgg" as "resnet18" }),
    /no encoder "vgg": choose one of resnet18/,
  );
  assert.throws(
    () => createModel({ architecture: "unet", decoderChannels: [1, 2] }),
    /2 entries for an encoder of depth 5/,
  );
});

Deno.test("UNet takes any size, as SMP's decoder does; wrong channels are named", () => {
  const model = createModel({ architecture: "unet", encoder: "resnet18" });
  for (const [height, width] of [[33, 47], [64, 64], [50, 32]]) {
    const logits = tf.tidy(() => model.forward(tf.zeros([1, height, width, 3])).shape);
    assert.deepEqual(logits, [1, height, width, 1]);
  }
  assert.throws(() => model.forward(tf.zeros([1, 32, 32, 1])), /images of 3 channels, not 1/);
  model.dispose();
});

Deno.test("models that cannot take a size name the next one that works", () => {
  for (
    const [architecture, next] of [["deeplabv3", "56 × 72"], ["deeplabv3plus", "64 × 80"], [
      "pspnet",
      "56 × 72",
    ]] as const
  ) {
    const model = createModel({ architecture, encoder: "resnet18" });
    assert.throws(
      () => model.forward(tf.zeros([1, 50, 70, 3])),
      (error: Error) => error instanceof ImageError && error.message.includes(`not 50 × 70: pad or resize to ${next}`),
    );
    model.dispose();
  }
});

Deno.test("Dice and IoU follow their formulas, and the convention decides empty masks", () => {
  const counts = countPixels([0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0]);
  assert.deepEqual(counts, { truePositive: 1, falsePositive: 1, falseNegative: 1 });
  assert.equal(diceScore(counts), 0.5);
  assert.equal(iouScore(counts), 1 / 3);
  const empty = countPixels([0, 0], [0, 0]);
  const full = { truePositive: 3, falsePositive: 0, falseNegative: 1 };
  assert.equal(scoreImages([empty, full], "one").dice, (1 + 6 / 7) / 2);
  assert.equal(scoreImages([empty, full], "zero").dice, 3 / 7);
  assert.equal(scoreImages([empty, full], "skip").dice, 6 / 7);
  assert.equal(scoreImages([empty, full], "skip").images, 1);
  assert.equal(scoreImages([counts, full], "one").microDice, 8 / 11);
  assert.throws(() => countPixels([1], [1, 0]), /1 pixels cannot be compared with a mask of 2/);
});

Deno.test("the schedule warms up linearly and falls to zero along a cosine", () => {
  const options = { peak: 1, total: 12, warmup: 2, schedule: "cosine" } as const;
  const rates = Array.from({ length: 13 }, (_, step) => learningRateAt(step, options));
  assert.deepEqual(rates.slice(0, 3), [0.5, 1, 1]);
  assert.ok(Math.abs(rates[7] - 0.5) < 1e-12 && rates[12] < 1e-12);
  assert.equal(learningRateAt(9, { ...options, schedule: "constant" }), 1);
});

Deno.test("a state dict goes through a file unchanged, and one that does not fit changes nothing", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "weights.safetensors");
  const model = createModel({ architecture: "unet", encoder: "resnet18", seed: 1 });
  const other = createModel({ architecture: "unet", encoder: "resnet18", seed: 2 });
  model.batchesTracked = 7;
  await writeSafetensors(path, stateDict(model));
  const { arrays } = await readSafetensors(path);
  const before = stateDict(other);
  const broken = new Map(arrays);
  broken.delete("encoder.conv1.weight");
  assert.throws(() => loadStateDict(other, broken), /encoder\.conv1\.weight is missing/);
  assert.deepEqual(stateDict(other), before);
  loadStateDict(other, arrays);
  assert.deepEqual(stateDict(other), stateDict(model));
  assert.equal(other.batchesTracked, 7);
  const large = createModel({ architecture: "unet", encoder: "resnet34" });
  assert.throws(() => loadStateDict(large, arrays), /not for unet with resnet34/);
  for (const each of [model, other, large]) each.dispose();
});

Deno.test("a loss that is no number stops training and names the images", async () => {
  const broken = structuredClone(dataset);
  const { training, validation } = splitDataset(broken, { folds: 5 }).folds[0];
  const config = smallTraining({ normalization: "depth", learningRate: 1e30 });
  const batches = new BatchSource(broken, training, { ...config, channels: 3 });
  const model = createModel(config);
  await assert.rejects(
    fit({ model, config, batches, validation: validation.map((i) => broken.samples[i]) }),
    (error: Error) =>
      error instanceof NonFiniteLossError && /nuclei-\d{4}, nuclei-\d{4}.*lower learningRate/.test(error.message),
  );
  model.dispose();
});

Deno.test("training 2N epochs equals training N, being stopped, and training N more, bit for bit", async () => {
  await using folder = await temporaryFolder();
  const config = smallTraining({ architecture: "unet", encoder: "resnet18", epochs: 3 });
  const whole = await trainRun({ config, dataset, results: join(folder.path, "whole") });
  const controller = new AbortController();
  const parts = join(folder.path, "parts");
  await assert.rejects(
    trainRun({
      config,
      dataset,
      results: parts,
      signal: controller.signal,
      // In the middle of the second epoch.
      onProgress: ({ step }) => step === 3 && controller.abort(),
    }),
    (error: Error) => error instanceof RunError && /Stopped at step 3/.test(error.message),
  );
  // As if the first sitting had taken long: its time counts.
  const [stopped] = await Array.fromAsync(Deno.readDir(parts));
  const checkpoint = join(parts, stopped.name, "checkpoint.safetensors");
  const { arrays, metadata: { state: text } } = await readSafetensors(checkpoint);
  const { seconds, ...state } = JSON.parse(text);
  assert.ok(seconds.steps > 0 && seconds.validation > 0);
  await writeSafetensors(checkpoint, arrays, {
    state: JSON.stringify({ ...state, seconds: { ...seconds, steps: 1000 } }),
  });
  const resumed = await trainRun({ config, dataset, results: parts });
  assert.ok(resumed.record.seconds.steps > 1000 && resumed.record.seconds.steps < 1100);
  assert.deepEqual(resumed.record.stepLosses, whole.record.stepLosses);
  assert.deepEqual(resumed.record.history, whole.record.history);
  const weights = async (run: string) => (await readSafetensors(join(run, "best.safetensors"))).arrays;
  assert.deepEqual(await weights(resumed.folder), await weights(whole.folder));
  assert.equal(resumed.reused, false);
  const again = await trainRun({ config, dataset, results: parts });
  assert.equal(again.reused, true);
  assert.deepEqual(again.record, resumed.record);
});

Deno.test("a damaged checkpoint gives way to the one before, with a warning", async () => {
  await using folder = await temporaryFolder();
  const config = smallTraining({ epochs: 3, checkpointMinutes: 1e-6 });
  const whole = await trainRun({ config, dataset, results: join(folder.path, "whole") });
  const controller = new AbortController();
  const results = join(folder.path, "damaged");
  await assert.rejects(trainRun({
    config,
    dataset,
    results,
    signal: controller.signal,
    onProgress: ({ step }) => step === 5 && controller.abort(),
  }));
  const run = join(results, whole.record.run);
  const path = join(run, "checkpoint.safetensors");
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 1000] ^= 1;
  await Deno.writeFile(path, bytes);
  const warnings: string[] = [];
  const resumed = await trainRun({ config, dataset, results, onWarning: (message) => warnings.push(message) });
  assert.match(
    warnings.join(),
    /checkpoint\.safetensors is damaged.*continuing from checkpoint\.previous\.safetensors/,
  );
  assert.deepEqual(resumed.record.stepLosses, whole.record.stepLosses);
});

Deno.test("training ends early when the score has not risen for `patience` epochs", async () => {
  await using folder = await temporaryFolder();
  // At this rate nothing changes, so that no epoch after the first is better.
  const config = smallTraining({ epochs: 9, patience: 2, learningRate: 1e-20, schedule: "constant" });
  const frozen = { ...config, smoothing: 0 };
  const { record } = await trainRun({ config: frozen, dataset, results: folder.path });
  assert.ok(record.history.length < 9, `${record.history.length} epochs`);
  assert.equal(record.history.length - record.bestEpoch, 2);
});

Deno.test("a checkpoint of another configuration is refused", async () => {
  await using folder = await temporaryFolder();
  const controller = new AbortController();
  const config = smallTraining({ epochs: 2 });
  const { training, validation } = splitDataset(dataset, { folds: 5 }).folds[0];
  const options = (seed: number) => {
    const changed = { ...config, seed };
    return {
      model: createModel(changed),
      config: changed,
      batches: new BatchSource(dataset, training, { ...changed, channels: 3 }),
      validation: validation.map((i) => dataset.samples[i]),
      folder: folder.path,
      signal: controller.signal,
    };
  };
  await fit({ ...options(1), onProgress: () => controller.abort() });
  await assert.rejects(fit(options(2)), /belongs to another configuration/);
});

Deno.test("kill -9 in the middle of an epoch, then the same command: equal to the undisturbed run", async () => {
  await using folder = await temporaryFolder();
  const config = smallTraining({ epochs: 2, checkpointMinutes: 1e-6 });
  const script = `
    import { generateDataset, parseConfig } from "lib";
    import { trainRun } from "lib/runs";
    const dataset = await generateDataset({ count: 10, size: 64, seed: 8 });
    const config = parseConfig(JSON.parse(Deno.args[1]));
    const { record } = await trainRun({ config, dataset, results: Deno.args[0], onProgress: ({ step }) => console.log("step", step) });
    console.log(JSON.stringify(record.stepLosses));
  `;
  const path = new URL(`.kill-${Deno.pid}.ts`, import.meta.url).pathname;
  await Deno.writeTextFile(path, script);
  const start = (results: string) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", path, results, JSON.stringify(config)],
      stdout: "piped",
    }).spawn();
  try {
    const results = join(folder.path, "killed");
    const killed = start(results);
    const reader = killed.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes("step 3\n");) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the run ended early: ${text}`);
      text += value;
    }
    killed.kill("SIGKILL");
    await killed.status;
    await reader.cancel();
    const losses = async (results: string) => {
      const { stdout } = await start(results).output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    const resumed = await losses(results);
    const undisturbed = await losses(join(folder.path, "undisturbed"));
    assert.ok(!resumed.includes("step 1"), "the second process began at the first step");
    assert.equal(resumed.at(-1), undisturbed.at(-1));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("two processes never work on the same run", async () => {
  await using folder = await temporaryFolder();
  const config = smallTraining({ epochs: 2 });
  let tried: Promise<unknown> | undefined;
  await trainRun({
    config,
    dataset,
    results: folder.path,
    onProgress: () => {
      tried ??= assert.rejects(trainRun({ config, dataset, results: folder.path }), /Another process is working on/);
    },
  });
  await tried;
});
