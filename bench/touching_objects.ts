/**
 * Compares two ways to find touching objects: a network of foreground whose maps are divided by a watershed, and a
 * network of borders. Both are trained on the same folds with the same steps. Each fold is scored with the parameters
 * that are best on the maps of the other folds, which their networks have not seen.
 *
 *     deno run -A bench/touching_objects.ts DATA_FOLDER [--folds 3] [-p key=value …]
 *
 * About 45 minutes on 2 cores for 300 steps of UNet-ResNet34. Writes results/bench/touching-objects.json after each fold.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDataset, parseConfig } from "lib";
import { compareObjects, type ImageMatches, meanAveragePrecision } from "lib/evaluate";
import { instancesFromBorder, instancesFromForeground, tuneInstances } from "lib/objects";
import { projectFolder, trainRun } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { mean } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { provenance } from "lib/runs/provenance.ts";
import { FIRST_DEFAULTS } from "lib/train/config.ts";
import { labelObjects } from "lib/task";
import { parseAssignments } from "../tasks/parse_assignments.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folds: { type: "string", default: "3" }, p: { type: "string", short: "p", multiple: true, default: [] } },
});
const dataset = await openDataset(positionals[0]);
const folds = Number(values.folds), tasks = ["foreground", "border"] as const;
const given = { ...FIRST_DEFAULTS, folds, ...parseAssignments(values.p) };

/** A validation image with the maps of both networks. */
interface Scored {
  fold: number;
  group: string;
  labels: (typeof dataset.samples)[number]["labels"];
  maps: Record<typeof tasks[number], Float32Array>;
}

/** Finds the objects of an image's map with the parameters that are best on the images of the other folds. */
function tune(images: readonly Scored[]): Record<string, ImageMatches[]> {
  const matches: Record<string, ImageMatches[]> = { components: [], foreground: [], border: [] };
  const inFolds = [...new Set(images.map(({ fold }) => fold))];
  for (const fold of inFolds) {
    const others = inFolds.length > 1 ? images.filter((image) => image.fold !== fold) : images;
    const truth = others.map(({ labels }) => labels);
    const foreground = tuneInstances("foreground", others.map(({ maps }) => maps.foreground), truth).parameters;
    const border = tuneInstances("border", others.map(({ maps }) => maps.border), truth).parameters;
    for (const { labels, maps } of images.filter((image) => image.fold === fold)) {
      const compare = (found: { labels: { data: ArrayLike<number> } }) =>
        compareObjects(labels.data, found.labels.data);
      matches.components.push(compare(labelObjects(maps.foreground, labels, 0.5)));
      matches.foreground.push(compare(instancesFromForeground(maps.foreground, labels, foreground)));
      matches.border.push(compare(instancesFromBorder(maps.border, labels, border)));
    }
  }
  return matches;
}

/** Average precision at an IoU of 0.5, of all objects of the images together. */
function pooledPrecision(matches: readonly ImageMatches[]): number {
  const sum = (key: "truePositive" | "falsePositive" | "falseNegative") =>
    matches.reduce((total, { counts }) => total + counts[0][key], 0);
  const right = sum("truePositive");
  return right / (right + sum("falsePositive") + sum("falseNegative"));
}

/** Returns the difference of two methods with a 95 % percentile interval that resamples groups of images. */
function interval(a: readonly ImageMatches[], b: readonly ImageMatches[], groups: readonly string[]) {
  const members = [...Map.groupBy(groups.keys(), (i) => groups[i]).values()].map((indices) => [...indices]);
  const random = new Random(1, 0xb007), draws: number[] = [];
  const difference = (chosen: number[]) =>
    pooledPrecision(chosen.map((i) => a[i])) - pooledPrecision(chosen.map((i) => b[i]));
  for (let draw = 0; draw < 2000; draw++) {
    draws.push(difference(members.flatMap(() => members[random.integer(members.length)])));
  }
  draws.sort((x, y) => x - y);
  return { estimate: difference([...groups.keys()]), low: draws[49], high: draws[1950], groups: members.length };
}

const images: Scored[] = [];
const results = await Deno.makeTempDir();
try {
  for (let fold = 0; fold < folds; fold++) {
    const maps: Partial<Record<typeof tasks[number], Float32Array[]>> = {};
    let validation: readonly string[] = [], steps = 0;
    for (const task of tasks) {
      const config = parseConfig({ ...given, task, fold });
      const run = await trainRun({ config, dataset, results });
      maps[task] = await run.predict();
      validation = run.record.data.validation;
      steps = run.record.stepLosses.length;
      console.error(`fold ${fold}, ${task}: ${steps} steps, Dice ${run.record.scores.model.dice.toFixed(4)}`);
    }
    for (const [i, id] of validation.entries()) {
      const { group, labels } = dataset.samples.find((sample) => sample.id === id)!;
      images.push({
        fold,
        group: group ?? id,
        labels,
        maps: { foreground: maps.foreground![i], border: maps.border![i] },
      });
    }
    const matches = tune(images), groups = images.map(({ group }) => group);
    const scores = Object.fromEntries(
      Object.entries(matches).map(([name, each]) => [name, {
        pooledPrecision50: pooledPrecision(each),
        imageMeanPrecision: mean(each.map(meanAveragePrecision).filter((value) => !Number.isNaN(value))),
      }]),
    );
    const record = {
      provenance: provenance(),
      what:
        "Objects of images that the networks have not seen: pooled average precision at IoU 0.5, and the mean of the " +
        "images' mean average precision at 0.5 to 0.95. Parameters from the other folds; from the same fold if there is one",
      data: dataset.name,
      images: images.length,
      folds: fold + 1,
      steps,
      options: parseAssignments(values.p),
      scores,
      borderMinusForeground: interval(matches.border, matches.foreground, groups),
    };
    await replaceText(
      join(projectFolder(), "results/bench/touching-objects.json"),
      JSON.stringify(record, null, 1) + "\n",
    );
    console.error(JSON.stringify(record.scores), JSON.stringify(record.borderMinusForeground));
  }
} finally {
  await Deno.remove(results, { recursive: true });
}
