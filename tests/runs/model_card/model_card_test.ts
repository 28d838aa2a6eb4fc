// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeDataset } from "lib";
import { trainRun } from "lib/runs";
import { clusterInterval } from "lib/evaluate";
import { exists } from "lib/io/exists.ts";
import { modelCard } from "lib/runs/model_card/model_card.ts";
import { smallDataset, smallTraining } from "../../fixtures/small_training.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const { samples } = await smallDataset();
/** Pairs of images are groups. */
const dataset = await makeDataset(
  "pairs_of_cells",
  samples.map((sample, i) => ({ ...sample, group: `pair ${i >> 1}` })),
);
const config = smallTraining({ epochs: 1, folds: 2, testShare: 0.2 });

Deno.test("a run's model has a card with the numbers of its record; a lost card is written again, and maps need none", async () => {
  await using results = await temporaryFolder();
  const { folder, record } = await trainRun({ config, dataset, results: results.path });
  const path = join(folder, "README.md"), card = await Deno.readTextFile(path);
  const groups = record.data.validation.map((id) => dataset.samples.find((sample) => sample.id === id)!.group);
  const { estimate, low, high } = clusterInterval([record.imageDice.model.map(Number)], groups);
  const row = `| this model | validation | 4 | 2 | ${estimate.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}) |`;
  assert.ok(card.includes(row), `${row} is not in ${card}`);
  assert.match(card, /\| Otsu's threshold \| test \| 2 \| 1 \| \d\.\d+ \| /);
  assert.ok(card.includes(`above ${record.tuned.threshold} are foreground`));
  assert.match(card, /trained on 4 images of pairs\\_of\\_cells \(4 fluorescence\), which has 10 images in 5 groups/);
  assert.match(card, /^license: unknown$/m);
  assert.match(card, /Each image was normalised: its 1st percentile became 0/);
  assert.match(card, /## Licence\n\nNot stated\./);
  assert.match(card, new RegExp(`split: validation\n.*metrics:\n.*type: dice\n.*\n +value: ${estimate.toFixed(4)}`));

  await Deno.remove(path);
  assert.ok((await trainRun({ config, dataset, results: results.path })).reused);
  assert.equal(await Deno.readTextFile(path), card);
  const maps = await trainRun({ config: { ...config, seed: 2 }, dataset, results: results.path, keepMaps: true });
  assert.ok(!await exists(join(maps.folder, "README.md")));

  const images = { groups: new Map<string, string>(), modalities: { fluorescence: 4 } };
  const change = (changes: Partial<typeof record.config>) => ({ ...record, config: { ...record.config, ...changes } });
  const imagenet = modelCard(change({ encoderWeights: "imagenet", selection: "last" }), images);
  assert.match(imagenet, /The encoder started from ImageNet weights\./);
  assert.doesNotMatch(imagenet, /The epoch was chosen/);
  const classes = modelCard(change({ task: "classes", classNames: ["background", "a|b"] }), images);
  assert.match(classes, /Its task is classes \(background, a\\\|b\)\./);
  assert.doesNotMatch(classes, /[^s] threshold/);
  assert.doesNotMatch(classes, /Of each class/);

  const score = { dice: 0.75, iou: 0.625, microDice: 0.5, microIou: 0.5, images: 3 };
  const scored = modelCard({
    ...change({ task: "classes", classNames: ["background", "a|b"] }),
    classScores: { "a|b": score },
    testClassScores: { "a|b": { ...score, images: 1 } },
  }, images);
  assert.match(
    scored,
    /Of each class.*:\n\n\| class \|.*\n.*\n\| a\\\|b \| validation \| 3 \| 0\.750 \| 0\.625 \|\n.* test \| 1 \|/,
  );
  const { scores: { watershed } } = record.objects!, { predicted, objects: truth, images: counted } = watershed;
  const shown = (value: number | null) => value === null ? "–" : value.toFixed(3);
  const line = `| watershed | validation | ${counted} | ${truth} | ${predicted} | ` +
    `${shown(watershed.imageMeanPrecision)} | ${shown(watershed.f1)} |`;
  assert.ok(card.includes(line), `${line} is not in ${card}`);
  assert.match(card, /^\| watershed \| test \| 2 \|/m);
  assert.match(card, /^- The parameters of the watershed were tuned/m);
  assert.doesNotMatch(modelCard({ ...record, objects: undefined }, images), /watershed/);
});
