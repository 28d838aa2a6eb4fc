// @tags slow
import assert from "node:assert/strict";
import { generateDataset, makeDataset } from "lib";
import { datasetSummary, demoDataset, radialPowerSpectrum, withLabelNoise } from "lib/datasets";
import { detectModality, foregroundShare } from "lib/images";

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

Deno.test("generateDataset() is a function of its options, on every machine", async () => {
  for (const modality of ["fluorescence", "brightfield", "electron"] as const) {
    const options = { count: 2, size: 64, seed: 5, modality };
    const once = await generateDataset(options);
    assert.equal(once.fingerprint, (await generateDataset(options)).fingerprint);
    assert.notEqual(once.fingerprint, (await generateDataset({ ...options, seed: 6 })).fingerprint);
    assert.notEqual(once.fingerprint, (await generateDataset({ ...options, difficulty: 0.5 })).fingerprint);
    // More images leave the first ones as they are.
    const more = await generateDataset({ ...options, count: 3 });
    assert.deepEqual(more.samples.slice(0, 2), once.samples);
  }
  await assert.rejects(generateDataset({ count: 0 }), /count is 0/);
  await assert.rejects(generateDataset({ count: 1, size: 16 }), /size is 16/);
  await assert.rejects(generateDataset({ count: 1, difficulty: 2 }), /difficulty is 2: give 0 to 1/);
  await assert.rejects(
    generateDataset({ count: 1, modality: "phase" as "electron" }),
    /no generator of "phase": choose one of fluorescence, brightfield, electron/,
  );
});

Deno.test("every kind has objects with numbers of their own, and foreground as real images do", async () => {
  const { samples } = await demoDataset();
  const shares = samples.map(({ labels }) => foregroundShare(labels));
  assert.ok(shares.every((share) => share > 0.002 && share < 0.5));
  // Electron microscopy: cells fill the plane, membranes are background.
  const sections = await generateDataset({ count: 3, modality: "electron" });
  for (const { labels } of sections.samples) {
    assert.ok(foregroundShare(labels) > 0.6 && foregroundShare(labels) < 0.95);
    const numbers = new Set(labels.data);
    numbers.delete(0);
    assert.deepEqual([...numbers].sort((a, b) => a - b), Array.from({ length: numbers.size }, (_, i) => i + 1));
    // Between two cells there is always a membrane.
    for (let i = 1; i < labels.data.length; i++) {
      if (i % labels.width && labels.data[i] && labels.data[i - 1]) assert.equal(labels.data[i], labels.data[i - 1]);
    }
  }
});

Deno.test("kinds look like their kind", async () => {
  const kinds = async (modality: "fluorescence" | "brightfield") =>
    (await generateDataset({ count: 6, size: 128, modality, seed: 3 })).samples.map(({ image }) =>
      detectModality(image)
    );
  assert.ok((await kinds("fluorescence")).every((kind) => kind === "fluorescence"));
  assert.ok((await kinds("brightfield")).filter((kind) => kind !== "fluorescence").length === 6);
});

Deno.test("what is harder to generate is harder for a threshold", async () => {
  const otsu = await Promise.all([0, 0.3, 0.6, 1].map(async (difficulty) => {
    const dataset = await generateDataset({ count: 10, size: 128, seed: 8, difficulty });
    return mean(datasetSummary(dataset).map(({ otsuDice }) => otsuDice));
  }));
  for (let i = 1; i < otsu.length; i++) assert.ok(otsu[i] < otsu[i - 1], otsu.join(" "));
  assert.ok(otsu[0] > 0.9 && otsu[3] < 0.4, otsu.join(" "));
});

Deno.test("label noise has the size that it says, and leaves the images", async () => {
  const square = new Uint16Array(64 * 64);
  for (let y = 20; y < 40; y++) for (let x = 20; x < 40; x++) square[y * 64 + x] = 1;
  const image = { width: 64, height: 64, channels: 1, bits: 8, data: new Uint8Array(4096) } as const;
  const dataset = await makeDataset("d", [{
    id: "a",
    group: "a",
    image,
    labels: { width: 64, height: 64, data: square },
  }]);
  const noisyLabels = async (noise: Parameters<typeof withLabelNoise>[1]) =>
    (await withLabelNoise(dataset, noise, 1)).samples[0].labels.data;
  const area = (labels: ArrayLike<number>) => Array.from(labels).filter((label) => label > 0).length;
  assert.deepEqual(await noisyLabels({}), square);
  // A disc of radius 2 grows a square by 2 on each side, but for its corners.
  assert.equal(area(await noisyLabels({ dilated: 2 })), 24 * 24 - 4 * 3);
  assert.equal(area(await noisyLabels({ dilated: -2 })), 16 * 16);
  const shifted = await noisyLabels({ shifted: 5 });
  assert.equal(area(shifted), 400);
  const first = shifted.indexOf(1), distance = Math.hypot(first % 64 - 20, Math.floor(first / 64) - 20);
  assert.ok(Math.abs(distance - 5) < 1, `${distance}`);
  assert.equal(area(await noisyLabels({ missed: 1 })), 0);
  await assert.rejects(withLabelNoise(dataset, { missed: 2 }), /missed is 2: give a fraction/);

  const nuclei = await generateDataset({ count: 30, size: 128, density: 60 });
  const count = ({ samples }: typeof nuclei) =>
    samples.reduce((sum, { labels }) => sum + new Set(labels.data).size - 1, 0);
  const missed = 1 - count(await withLabelNoise(nuclei, { missed: 0.3 })) / count(nuclei);
  assert.ok(Math.abs(missed - 0.3) < 0.06, `${missed}`);
});

Deno.test("radialPowerSpectrum() finds a wave at its frequency, and noise everywhere alike", async () => {
  const side = 128;
  const picture = (value: (i: number) => number) =>
    ({
      width: side,
      height: side,
      channels: 1,
      bits: 32,
      data: Float32Array.from({ length: side * side }, (_, i) => value(i)),
    }) as const;
  const wave = radialPowerSpectrum(picture((i) => Math.sin(2 * Math.PI * (i % side) / 8)));
  const peak = wave.reduce((best, point) => point.power > best.power ? point : best);
  assert.equal(peak.frequency, 1 / 8);
  const { samples } = await generateDataset({ count: 1, size: 128 });
  assert.equal(radialPowerSpectrum(samples[0].image).length, 64);
  const { Random } = await import("lib/math/random.ts");
  const random = new Random(4);
  const noise = radialPowerSpectrum(picture(() => random.normal()));
  const high = mean(noise.slice(32).map(({ power }) => power));
  assert.ok(Math.abs(high - 1) < 0.1, `${high}`);
});
