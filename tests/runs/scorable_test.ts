import assert from "node:assert/strict";
import { ConfigError, generateDataset, makeDataset, parseConfig, splitDataset } from "lib";
import { runGrid, StudyGrid, trainRun } from "lib/runs";
import { refuseUnscorable } from "lib/runs/scorable.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const generated = await generateDataset({ count: 12, size: 64, seed: 8 });
const choices = {
  architecture: "pspnet",
  encoder: "mobilenet_v2",
  cropSize: 64,
  folds: 3,
  testShare: 0.25,
  epochs: 1,
  emptyMask: "skip",
} as const;
const config = parseConfig(choices);

/** The data set with the objects of some images taken away, in the split that it has then. */
async function without(indices: readonly number[]) {
  const samples = generated.samples.map((sample, i) =>
    indices.includes(i)
      ? { ...sample, labels: { ...sample.labels, data: new Uint16Array(sample.labels.data.length) } }
      : sample
  );
  // All but these show the same share of foreground, so that the split stays.
  return { ...await makeDataset("cells", samples) };
}

Deno.test("a fold or a test split that shows no object is refused before training where empty images do not count", async () => {
  await using folder = await temporaryFolder();
  const all = generated.samples.map((_, i) => i);
  for (let kept = 0; kept < all.length; kept++) {
    const dataset = await without(all.filter((i) => i !== kept));
    const { folds, test } = splitDataset(dataset, { ...choices, seed: 0 });
    const scored = new Set([...folds[0].validation, ...test]);
    const message = folds[0].validation.includes(kept)
      ? `The ${test.length} test images of cells show no object`
      : `The ${folds[0].validation.length} validation images of fold 0 of cells show no object`;
    assert.ok(scored.size > 1);
    assert.throws(
      () => refuseUnscorable(config, dataset),
      (error: Error) =>
        error instanceof ConfigError && error.message.startsWith(message) && /-p emptyMask=one, or/.test(error.message),
    );
    refuseUnscorable({ ...config, emptyMask: "one" }, dataset);
  }
  refuseUnscorable(config, generated);

  const dataset = await without(all.slice(1));
  let steps = 0;
  const onProgress = () => steps++;
  await assert.rejects(trainRun({ config, dataset, results: folder.path, onProgress }), /nothing is left to score/);
  const grid = StudyGrid.parse({
    config: { ...choices, architecture: undefined },
    blocks: [{ architectures: ["pspnet"], folds: [0, 1, 2] }],
  });
  await assert.rejects(runGrid({ grid, dataset, results: folder.path }), /nothing is left to score/);
  assert.equal(steps, 0);
});

Deno.test("a run of which every scored image has an object ends with a score of each epoch, whichever weights it takes", async () => {
  await using folder = await temporaryFolder();
  for (const selection of ["best", "last"] as const) {
    const { record } = await trainRun({
      config: { ...config, selection },
      dataset: generated,
      results: folder.path,
    });
    assert.ok(Number.isFinite(record.scores.model.dice) && Number.isFinite(record.testScores.model.dice));
  }
});
