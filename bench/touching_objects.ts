/**
 * Compares ways to find touching objects: a network of foreground whose maps are divided by a watershed, a network of
 * borders, and StarDist. The networks are trained on the same folds with the same steps, StarDist for as much processor
 * time as the network of borders. Each fold is scored with the parameters that are best on the images of the other folds,
 * which their networks have not seen.
 *
 *     deno run -A bench/touching_objects.ts DATA_FOLDER [--folds 3] [--first 2] [--results FOLDER] [--stardist] [-p key=value …]
 *
 * `--first` runs the first folds only. DATA_FOLDER has `images/ID.png` and `masks/ID.png`. About 45 minutes on 2 cores
 * for 300 steps of UNet-ResNet34, 25 more for `--stardist`; that needs Python with stardist 0.9.2, tensorflow-cpu 2.21,
 * tf-keras 2.21, scikit-image and tifffile (`BENCH_STARDIST` gives its path). What is in `--results` is used again.
 * Writes results/bench/touching-objects.json after each fold.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import process from "node:process";
import { openDataset, parseConfig, readImage } from "lib";
import { compareObjects, type ImageMatches, meanAveragePrecision } from "lib/evaluate";
import { instancesFromBorder, instancesFromForeground, tuneInstances } from "lib/objects";
import { projectFolder, trainRun } from "lib/runs";
import { exists } from "lib/io/exists.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { mean } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { provenance } from "lib/runs/provenance.ts";
import { labelObjects } from "lib/task";
import { parseAssignments } from "../tasks/parse_assignments.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folds: { type: "string", default: "3" },
    first: { type: "string" },
    results: { type: "string" },
    stardist: { type: "boolean", default: false },
    p: { type: "string", short: "p", multiple: true, default: [] },
  },
});
const dataset = await openDataset(positionals[0]);
const folds = Number(values.folds), tasks = ["foreground", "border"] as const;
const { borderWidth, classWeights, ...given } = { folds, ...parseAssignments(values.p) } as Record<string, unknown>;
/** Options that only the network of borders has. */
const ofBorder = {
  ...(borderWidth !== undefined && { borderWidth }),
  ...(classWeights !== undefined && { classWeights }),
};

/** A validation image with the maps of both networks, and the objects of StarDist by its thresholds. */
interface Scored {
  id: string;
  fold: number;
  group: string;
  labels: (typeof dataset.samples)[number]["labels"];
  maps: Record<typeof tasks[number], Float32Array>;
  stardist: Map<string, ImageMatches>;
}

/** Finds the objects of an image's map with the parameters that are best on the images of the other folds. */
function tune(images: readonly Scored[]): Record<string, ImageMatches[]> {
  const matches: Record<string, ImageMatches[]> = { components: [], foreground: [], border: [] };
  if (values.stardist) matches.stardist = [];
  const inFolds = [...new Set(images.map(({ fold }) => fold))];
  for (const fold of inFolds) {
    const others = inFolds.length > 1 ? images.filter((image) => image.fold !== fold) : images;
    const truth = others.map(({ labels }) => labels);
    const foreground = tuneInstances("foreground", others.map(({ maps }) => maps.foreground), truth).parameters;
    const border = tuneInstances("border", others.map(({ maps }) => maps.border), truth).parameters;
    const thresholds = values.stardist ? bestThresholds(others.map(({ stardist }) => stardist)) : "";
    console.error(`fold ${fold}:`, JSON.stringify({ foreground, border, thresholds }));
    for (const { labels, maps, stardist } of images.filter((image) => image.fold === fold)) {
      const compare = (found: { labels: { data: ArrayLike<number> } }) =>
        compareObjects(labels.data, found.labels.data);
      matches.components.push(compare(labelObjects(maps.foreground, labels, 0.5)));
      matches.foreground.push(compare(instancesFromForeground(maps.foreground, labels, foreground)));
      matches.border.push(compare(instancesFromBorder(maps.border, labels, border)));
      matches.stardist?.push(stardist.get(thresholds)!);
    }
  }
  return matches;
}

/** Returns the thresholds with the highest mean average precision. */
function bestThresholds(images: readonly Map<string, ImageMatches>[]): string {
  const scores = [...images[0].keys()].map((key) =>
    [key, mean(images.map((each) => meanAveragePrecision(each.get(key)!)).filter((x) => !Number.isNaN(x)))] as const
  );
  return scores.reduce((best, each) => each[1] > best[1] ? each : best)[0];
}

/** Trains StarDist for some processor seconds, and compares the objects that it finds for each pair of thresholds. */
async function trainStarDist(
  fold: number,
  training: readonly string[],
  validation: readonly string[],
  seconds: number,
) {
  const out = join(results, `stardist-fold${fold}`);
  const image = (id: string) => join(positionals[0], "images", `${id}.png`);
  const spec = {
    seconds,
    training: training.map((id) => [image(id), join(positionals[0], "masks", `${id}.png`)]),
    validation: validation.map((id) => [id, image(id)]),
  };
  const report = join(out, "report.json");
  if (!await exists(report)) {
    await Deno.mkdir(out, { recursive: true });
    await replaceText(join(out, "fold.json"), JSON.stringify(spec));
    const side = join(import.meta.dirname!, "stardist_side.py");
    const args = [side, join(out, "fold.json"), out];
    const { success, stdout } = await new Deno.Command(Deno.env.get("BENCH_STARDIST") ?? "python3", {
      args,
      stdout: "piped",
    }).output();
    if (!success) throw new Error("StarDist failed");
    const line = new TextDecoder().decode(stdout).split("\n").find((line) => line.startsWith('{"steps"'))!;
    await replaceText(report, line);
  }
  const found = new Map<string, Map<string, ImageMatches>>(validation.map((id) => [id, new Map()]));
  for await (const { name: key, isDirectory } of Deno.readDir(out)) {
    if (!isDirectory || !/^[\d.]+_[\d.]+$/.test(key)) continue;
    for (const id of validation) {
      const { data } = (await readImage(join(out, key, `${id}.tif`))) as { data: ArrayLike<number> };
      const { labels } = dataset.samples.find((sample) => sample.id === id)!;
      found.get(id)!.set(key, compareObjects(labels.data, data));
    }
  }
  return { found, report: JSON.parse(await Deno.readTextFile(report)) };
}

/** Average precision at an IoU of 0.5, of all objects of the images together. */
function pooledPrecision(matches: readonly ImageMatches[]): number {
  const sum = (key: "truePositive" | "falsePositive" | "falseNegative") =>
    matches.reduce((total, { counts }) => total + counts[0][key], 0);
  const right = sum("truePositive");
  return right / (right + sum("falsePositive") + sum("falseNegative"));
}

/** Mean over the images of the mean average precision at 0.5 to 0.95. */
function imageMeanPrecision(matches: readonly ImageMatches[]): number {
  return mean(matches.map(meanAveragePrecision).filter((value) => !Number.isNaN(value)));
}

/** Returns the difference of two methods with a 95 % percentile interval that resamples groups of images. */
function interval(
  score: (matches: readonly ImageMatches[]) => number,
  a: readonly ImageMatches[],
  b: readonly ImageMatches[],
  groups: readonly string[],
) {
  const members = [...Map.groupBy(groups.keys(), (i) => groups[i]).values()].map((indices) => [...indices]);
  const random = new Random(1, 0xb007), draws: number[] = [];
  const difference = (chosen: number[]) => score(chosen.map((i) => a[i])) - score(chosen.map((i) => b[i]));
  for (let draw = 0; draw < 2000; draw++) {
    draws.push(difference(members.flatMap(() => members[random.integer(members.length)])));
  }
  draws.sort((x, y) => x - y);
  return { estimate: difference([...groups.keys()]), low: draws[49], high: draws[1950], groups: members.length };
}

const images: Scored[] = [], stardistRuns: unknown[] = [];
const results = values.results ?? await Deno.makeTempDir();
try {
  for (let fold = 0; fold < Number(values.first ?? folds); fold++) {
    const maps: Partial<Record<typeof tasks[number], Float32Array[]>> = {};
    let validation: readonly string[] = [], training: readonly string[] = [], steps = 0, seconds = 0;
    for (const task of tasks) {
      const config = parseConfig({ ...given, ...(task === "border" && ofBorder), task, fold });
      const before = process.cpuUsage();
      const run = await trainRun({ config, dataset, results, keepMaps: true });
      const used = process.cpuUsage(before), note = join(run.folder, "processor-seconds.txt");
      if (!run.reused) await replaceText(note, String((used.user + used.system) / 1e6));
      seconds = Number(await Deno.readTextFile(note));
      maps[task] = await run.predict();
      ({ validation, training } = run.record.data);
      steps = run.record.stepLosses.length;
      console.error(`fold ${fold}, ${task}: ${steps} steps, Dice ${run.record.scores.model.dice.toFixed(4)}`);
    }
    const stardist = values.stardist ? await trainStarDist(fold, training, validation, seconds) : undefined;
    if (stardist) stardistRuns.push({ fold, budget: seconds, ...stardist.report });
    for (const [i, id] of validation.entries()) {
      const { group, labels } = dataset.samples.find((sample) => sample.id === id)!;
      images.push({
        id,
        fold,
        group: group ?? id,
        labels,
        maps: { foreground: maps.foreground![i], border: maps.border![i] },
        stardist: stardist?.found.get(id) ?? new Map(),
      });
    }
    const matches = tune(images), groups = images.map(({ group }) => group);
    const scores = Object.fromEntries(
      Object.entries(matches).map(([name, each]) => [name, {
        pooledPrecision50: pooledPrecision(each),
        imageMeanPrecision: imageMeanPrecision(each),
      }]),
    );
    const record = {
      provenance: provenance(),
      what:
        "Objects of images that the networks have not seen: pooled average precision at IoU 0.5, and the mean of the " +
        "images' mean average precision at 0.5 to 0.95. Parameters from the other folds; from the same fold if there is one",
      data: dataset.name,
      images: images.length,
      folds: `${fold + 1} of ${folds}`,
      steps,
      options: parseAssignments(values.p),
      scores,
      borderMinusForeground: interval(pooledPrecision, matches.border, matches.foreground, groups),
      ...(matches.stardist && {
        stardist: stardistRuns,
        borderMinusStarDist: {
          pooledPrecision50: interval(pooledPrecision, matches.border, matches.stardist, groups),
          imageMeanPrecision: interval(imageMeanPrecision, matches.border, matches.stardist, groups),
        },
      }),
    };
    await replaceText(
      join(projectFolder(), "results/bench/touching-objects.json"),
      JSON.stringify(record, null, 1) + "\n",
    );
    console.error(JSON.stringify(record.scores), JSON.stringify(record.borderMinusForeground));
  }
} finally {
  if (!values.results) await Deno.remove(results, { recursive: true });
}
