import { join } from "node:path";
import { ambiguityDecomposition } from "../analysis/ambiguity.ts";
import { foregroundEverywhere, otsuBaseline } from "../analysis/baselines.ts";
import { boundaryBand, CalibrationCounts } from "../analysis/calibration.ts";
import { objectAreas } from "../analysis/dataset_summary.ts";
import { DiversityCounts, pixelOracle } from "../analysis/diversity.ts";
import { addErrors, noErrors, objectErrors } from "../analysis/object_errors.ts";
import { tuneThreshold } from "../analysis/threshold.ts";
import { type Dataset, foregroundShare, modalityOf, type Sample } from "../data/dataset.ts";
import { Fitted } from "../data/fitted.ts";
import type { EnsembleImage } from "../ensemble/ensemble_image.ts";
import { fitMetaModel, META_MODELS } from "../ensemble/meta_model.ts";
import { greedySelection, meanDice, scoreWeights } from "../ensemble/selection.ts";
import { majorityVote, softVote } from "../ensemble/voting.ts";
import { countPixels, mapDice, scoreImages } from "../train/metrics.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { GridCell } from "./grid.ts";
import { type ProbabilityMap, readMaps } from "./probability_maps.ts";
import { RunError, type RunRecord } from "./run_store.ts";

/** A member's runs, one per fold. */
interface MemberRuns {
  name: string;
  architecture: string;
  loss: string;
  seed: number;
  records: RunRecord[];
}

/** Options of {@linkcode analyseStudy}. */
export interface AnalyseOptions {
  dataset: Dataset;
  /** The data set of another difficulty, where the grid has such blocks. */
  datasetOf?: (difficulty: number) => Promise<Dataset>;
  cells: readonly GridCell[];
  /** Folder of all runs. */
  results: string;
  onProgress?: (done: number, what: string) => void;
}

const nameOf = ({ architecture, loss, seed }: RunRecord["config"], seeds: number) =>
  `${architecture} ${loss}${seeds > 1 ? ` seed ${seed}` : ""}`;

async function mapsOf(results: string, record: RunRecord, split: string, epoch = record.bestEpoch) {
  const kept = record.maps.find((maps) => maps.split === split && maps.epoch === epoch);
  if (!kept) {
    throw new RunError(`${record.run} kept no ${split} maps of epoch ${epoch}: delete its folder to run it again`);
  }
  return (await readMaps(join(results, record.run, kept.file), kept.sha256)).maps;
}

/** The members whose runs of all folds are finished. */
function completeMembers(cells: readonly GridCell[]): MemberRuns[] {
  const records = cells.flatMap(({ block, record }) => block === "main" && record ? [record] : []);
  const seeds = new Set(records.map(({ config }) => config.seed)).size;
  return [...Map.groupBy(records, ({ config }) => nameOf(config, seeds))].flatMap(([name, runs]) => {
    const { folds, architecture, loss, seed } = runs[0].config;
    const byFold = runs.toSorted((a, b) => a.config.fold - b.config.fold);
    return byFold.length === folds ? [{ name, architecture, loss, seed, records: byFold }] : [];
  });
}

/** An ensemble: what it learns from out-of-fold images, and how it predicts. */
interface Method {
  name: string;
  fit(images: readonly EnsembleImage[]): Promise<{
    predict(image: EnsembleImage): Promise<Float32Array> | Float32Array;
    weights?: number[];
    dispose?(): void;
  }>;
}

const METHODS: readonly Method[] = [
  {
    name: "best single member",
    fit(images) {
      const scores = images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m]));
      const best = scores.indexOf(Math.max(...scores));
      return Promise.resolve({
        predict: ({ maps }) => maps[best],
        weights: scores.map((_, m) => m === best ? 1 : 0),
      });
    },
  },
  { name: "soft voting", fit: () => Promise.resolve({ predict: ({ maps }) => softVote(maps) }) },
  {
    name: "soft voting, weighted",
    fit(images) {
      const weights = scoreWeights(images);
      return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
    },
  },
  {
    name: "greedy selection",
    fit(images) {
      const { weights } = greedySelection(images);
      return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
    },
  },
  { name: "majority vote", fit: () => Promise.resolve({ predict: ({ maps }) => majorityVote(maps) }) },
  ...META_MODELS.map((kind): Method => ({
    name: kind === "residual" ? "residual meta-model" : "shallow CNN",
    async fit(images) {
      const model = await fitMetaModel(images, { kind });
      return { predict: (image) => model.predict(image), dispose: () => model[Symbol.dispose]() };
    },
  })),
];

/**
 * Analyses the maps that a study's runs kept: every ensemble on out-of-fold images (what it learns, it learns on the
 * other folds) and on the test split (each fold's ensemble on that fold's models), diversity, the ambiguity
 * decomposition, bounds, calibration and errors.
 *
 * @throws {RunError} if fewer than two members are complete, or maps are missing.
 */
export async function analyseStudy(options: AnalyseOptions): Promise<StudyAnalysis> {
  const { dataset, cells, results, onProgress } = options;
  const members = completeMembers(cells);
  if (members.length < 2) {
    throw new RunError(
      `An ensemble needs two members with all their folds, and there are ${members.length}: let the study go on`,
    );
  }
  const { config } = members[0].records[0];
  const indexOf = new Map(dataset.samples.map(({ id }, i) => [id, i]));
  const sampleOf = (id: string) => dataset.samples[indexOf.get(id)!];
  const gather = async (fold: number, split: "validation" | "test" | "training"): Promise<EnsembleImage[]> => {
    const maps: ProbabilityMap[][] = [];
    for (const { records } of members) maps.push(await mapsOf(results, records[fold], split));
    return maps[0].map(({ id, width, height }, i) => ({
      id,
      group: sampleOf(id).group,
      width,
      height,
      truth: sampleOf(id).labels.data,
      maps: maps.map((of) => of[i].probabilities),
    }));
  };
  const byFold: EnsembleImage[][] = [], tests: EnsembleImage[][] = [];
  for (let fold = 0; fold < config.folds; fold++) {
    byFold.push(await gather(fold, "validation"));
    tests.push(config.testShare > 0 ? await gather(fold, "test") : []);
    onProgress?.(0.1 * (fold + 1) / config.folds, "reading maps");
  }
  const outOfFold = byFold.flat();
  const smallArea = medianArea(outOfFold.map(({ id }) => sampleOf(id)));
  const errorsOf = (predict: (image: EnsembleImage, i: number) => ArrayLike<number>) => {
    const total = noErrors();
    outOfFold.forEach((image, i) =>
      addErrors(total, objectErrors(predict(image, i), sampleOf(image.id).labels, { smallArea }))
    );
    return total;
  };

  const ensembles: StudyAnalysis["ensembles"] = [];
  const methods = [...METHODS];
  if (members[0].records.every(({ maps }) => maps.some(({ split }) => split === "training"))) {
    methods.push(...await inFoldStackers(byFold, (fold) => gather(fold, "training")));
  }
  for (const [k, method] of methods.entries()) {
    onProgress?.(0.1 + 0.6 * k / methods.length, method.name);
    const predicted: Float32Array[] = [];
    for (const [fold, images] of byFold.entries()) {
      // What is learnt for a fold's images is learnt on the other folds' ones, and says so.
      const others = byFold.filter((_, other) => other !== fold).flat();
      const fitted = new Fitted(
        method.name,
        await method.fit(others),
        dataset,
        others.map(({ id }) => indexOf.get(id)!),
      );
      const { predict, dispose } = fitted.forUnseen(dataset, images.map(({ id }) => indexOf.get(id)!));
      for (const image of images) predicted.push(await predict(image));
      dispose?.();
    }
    const start = performance.now();
    const whole = new Fitted(
      method.name,
      await method.fit(outOfFold),
      dataset,
      outOfFold.map(({ id }) => indexOf.get(id)!),
    );
    const fitSeconds = (performance.now() - start) / 1000;
    const test: number[][] = [];
    for (const images of tests) {
      const { predict } = whole.forUnseen(dataset, images.map(({ id }) => indexOf.get(id)!));
      const dice: number[] = [];
      for (const image of images) dice.push(mapDice(await predict(image), image.truth));
      test.push(dice);
    }
    whole.value.dispose?.();
    ensembles.push({
      name: method.name,
      outOfFold: outOfFold.map(({ truth }, i) => mapDice(predicted[i], truth)),
      test,
      fitSeconds,
      weights: whole.value.weights ?? null,
      errors: errorsOf((_, i) => predicted[i]),
    });
  }

  onProgress?.(0.7, "members");
  const isForeground = ({ truth, maps }: EnsembleImage) => {
    const any = Uint8Array.from(truth, (label, i) => label > 0 || maps.some((map) => map[i] > 0.5) ? 1 : 0);
    return (pixel: number) => any[pixel] === 1;
  };
  const ambiguity = { all: sumOf(), foreground: sumOf(), background: sumOf() };
  const diversity = {
    foreground: new DiversityCounts(members.length),
    background: new DiversityCounts(members.length),
  };
  for (const image of outOfFold) {
    const inside = isForeground(image);
    ambiguity.all.add(image, () => true);
    ambiguity.foreground.add(image, inside);
    ambiguity.background.add(image, (pixel) => !inside(pixel));
    diversity.foreground.add(image.maps, image.truth);
    diversity.background.add(image.maps, image.truth, 0.5, (pixel) => !(image.truth[pixel] > 0));
  }
  const memberDice = members.map((_, m) => outOfFold.map(({ maps, truth }) => mapDice(maps[m], truth)));
  const pairs: StudyAnalysis["pairs"] = [];
  for (let a = 0; a < members.length; a++) {
    for (let b = a + 1; b < members.length; b++) {
      const { q, disagreement, doubleFault } = diversity.foreground.pair(a, b);
      const both = meanDice(outOfFold, ({ maps }) => softVote([maps[a], maps[b]]));
      const mean = (memberDice[a].concat(memberDice[b])).reduce((sum, dice) => sum + dice, 0) / (2 * outOfFold.length);
      pairs.push({ a: members[a].name, b: members[b].name, q, disagreement, doubleFault, gain: both - mean });
    }
  }
  const partOf = (images: readonly EnsembleImage[]) => ({
    ids: images.map(({ id }) => id),
    groups: images.map(({ group }) => group),
    modalities: images.map(({ id }) => modalityOf(sampleOf(id))),
    foreground: images.map(({ id }) => foregroundShare(sampleOf(id).labels)),
  });
  const baseline = (of: (sample: Sample) => Float32Array) => {
    const score = (images: readonly EnsembleImage[]) => images.map(({ id, truth }) => mapDice(of(sampleOf(id)), truth));
    return { outOfFold: score(outOfFold), test: score(tests[0]) };
  };

  const described = members.map(({ name, architecture, loss, seed, records }, m): StudyAnalysis["members"][number] => {
    onProgress?.(0.75 + 0.2 * m / members.length, name);
    const everywhere = new CalibrationCounts(), boundary = new CalibrationCounts();
    for (const { maps, truth, width, height } of outOfFold) {
      everywhere.add(maps[m], truth);
      const band = boundaryBand(truth, width, height);
      boundary.add(maps[m], truth, (pixel) => band[pixel] === 1);
    }
    const tuned = tuneThreshold(outOfFold.map(({ maps }) => maps[m]), outOfFold.map(({ truth }) => truth));
    return {
      name,
      architecture,
      loss,
      seed,
      parameters: records[0].parameters,
      runs: records.map(({ run }) => run),
      seconds: records.reduce((sum, { seconds }) => sum + seconds.steps + seconds.waiting, 0),
      outOfFold: memberDice[m],
      test: tests.map((images) => images.map(({ maps, truth }) => mapDice(maps[m], truth))),
      calibration: {
        everywhere: everywhere.calibrationError(),
        boundary: boundary.calibrationError(),
        averagePrecision: everywhere.averagePrecision(),
        reliability: boundary.reliability(10),
      },
      errors: errorsOf(({ maps }) => maps[m]),
      thresholds: tuned.curve.filter((_, i) => i % 3 === 1),
      conventions: conventionsOf(byFold, m, dataset, indexOf),
    };
  });
  onProgress?.(0.95, "sweeps");
  return {
    version: 1,
    dataset: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      images: dataset.samples.length,
      groups: new Set(dataset.samples.map(({ group }) => group)).size,
    },
    folds: config.folds,
    encoder: config.encoder,
    steps: members[0].records[0].stepLosses.length,
    outOfFold: { ...partOf(outOfFold), folds: byFold.flatMap((images, fold) => images.map(() => fold)) },
    test: partOf(tests[0]),
    baselines: {
      "Otsu's threshold": baseline(({ image }) => otsuBaseline(image)),
      "foreground everywhere": baseline(({ image }) => foregroundEverywhere(image)),
    },
    members: described,
    ensembles,
    ambiguity: {
      all: ambiguity.all.result(),
      foreground: ambiguity.foreground.result(),
      background: ambiguity.background.result(),
    },
    diversity: { foreground: diversity.foreground.result(), background: diversity.background.result() },
    pairs,
    oracle: {
      pixel: outOfFold.map(({ maps, truth }) => mapDice(pixelOracle(maps, truth), truth)),
      image: outOfFold.map((_, i) => Math.max(...memberDice.map((dice) => dice[i]))),
    },
    quality: await qualityOf(options),
  };
}

/** The stackers again, taught on maps of images that the members trained on: a demonstration of the leak. */
async function inFoldStackers(
  byFold: readonly (readonly EnsembleImage[])[],
  training: (fold: number) => Promise<EnsembleImage[]>,
): Promise<Method[]> {
  const inFold = new Map<string, EnsembleImage>();
  for (let fold = 0; fold < byFold.length; fold++) {
    for (const image of await training(fold)) if (!inFold.has(image.id)) inFold.set(image.id, image);
  }
  return META_MODELS.map((kind): Method => ({
    name: `${kind === "residual" ? "residual meta-model" : "shallow CNN"}, taught in-fold`,
    async fit(images) {
      const seen = images.flatMap(({ id }) => inFold.get(id) ?? []);
      const model = await fitMetaModel(seen, { kind });
      return { predict: (image) => model.predict(image), dispose: () => model[Symbol.dispose]() };
    },
  }));
}

/** Sums an ambiguity decomposition over images, pixel by pixel. */
function sumOf() {
  const total = { memberError: 0, ambiguity: 0, ensembleError: 0 };
  let pixels = 0;
  return {
    add({ maps, truth }: EnsembleImage, counts: (pixel: number) => boolean) {
      let some = 0;
      for (let i = 0; i < truth.length; i++) if (counts(i)) some++;
      if (some === 0) return;
      const of = ambiguityDecomposition(maps, truth, { counts });
      pixels += some;
      for (const key of ["memberError", "ambiguity", "ensembleError"] as const) total[key] += some * of[key];
    },
    result: () => ({
      memberError: total.memberError / pixels,
      ambiguity: total.ambiguity / pixels,
      ensembleError: total.ensembleError / pixels,
    }),
  };
}

function medianArea(samples: readonly Sample[]): number {
  const areas = samples.flatMap(({ labels }) => [...objectAreas(labels).values()]);
  return areas.sort((a, b) => a - b)[areas.length >> 1] ?? 0;
}

/** One member's out-of-fold maps, scored as different libraries would. */
function conventionsOf(
  byFold: readonly (readonly EnsembleImage[])[],
  m: number,
  dataset: Dataset,
  indexOf: ReadonlyMap<string, number>,
): Record<string, number> {
  const out: Record<string, number> = {};
  const counts = (threshold: number | number[]) =>
    byFold.flatMap((images, fold) =>
      images.map(({ maps, truth }) =>
        countPixels(maps[m], truth, typeof threshold === "number" ? threshold : threshold[fold])
      )
    );
  // A threshold for each fold, tuned on the others, and refused on what it was tuned on.
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => indexOf.get(id)!);
  const tuned = byFold.map((own, fold) => {
    const others = byFold.filter((_, other) => other !== fold).flat();
    const { threshold } = tuneThreshold(others.map(({ maps }) => maps[m]), others.map(({ truth }) => truth));
    return new Fitted("the threshold", threshold, dataset, indices(others)).forUnseen(dataset, indices(own));
  });
  for (const [name, threshold] of [["threshold 0.5", 0.5], ["threshold tuned", tuned]] as const) {
    const each = counts(threshold as number | number[]);
    out[`all pixels together, ${name}`] = scoreImages(each, "one").microDice;
    for (const empty of ["one", "zero", "skip"] as const) {
      out[`mean per image, empty as ${empty}, ${name}`] = scoreImages(each, empty).dice;
    }
  }
  return out;
}

/** Quality of members and gain of their soft vote, on the first fold, at each level of what was varied. */
async function qualityOf(options: AnalyseOptions): Promise<StudyAnalysis["quality"]> {
  const { cells, results, dataset, datasetOf } = options;
  const levels: StudyAnalysis["quality"] = [];
  const add = async (sweep: string, level: string, some: readonly RunRecord[], of: Dataset, epoch?: number) => {
    if (some.length < 2) return;
    const truths = new Map(of.samples.map(({ id, group, labels }) => [id, { group, truth: labels.data }]));
    const ids = [...some[0].data.validation, ...some[0].data.test];
    const maps: Float32Array[][] = [];
    for (const record of some) {
      const validation = await mapsOf(results, record, "validation", epoch ?? record.bestEpoch);
      const test = record.data.test.length ? await mapsOf(results, record, "test", epoch ?? record.bestEpoch) : [];
      maps.push([...validation, ...test].map(({ probabilities }) => probabilities));
    }
    const truth = ids.map((id) => truths.get(id)!);
    levels.push({
      sweep,
      level,
      members: some.map(({ config }) => `${config.architecture} ${config.loss}`),
      ids,
      groups: truth.map(({ group }) => group),
      member: ids.map((_, i) => maps.reduce((sum, each) => sum + mapDice(each[i], truth[i].truth), 0) / maps.length),
      ensemble: ids.map((_, i) => mapDice(softVote(maps.map((each) => each[i])), truth[i].truth)),
    });
  };
  const recorded = cells.flatMap((cell) => cell.record ? [{ ...cell, record: cell.record }] : []);
  const first = recorded.filter(({ block, config }) => block === "main" && config.fold === 0 && config.seed === 1);
  const whole = first.map(({ record }) => record);
  for (const epoch of first.length ? [...first[0].config.keepEpochs, first[0].config.epochs] : []) {
    const steps = Math.round(whole[0].stepLosses.length * epoch / whole[0].config.epochs);
    await add("training length", `${steps} steps`, whole, dataset, epoch);
  }
  const sweeps = Map.groupBy(
    recorded.filter(({ block }) => ["training-set size", "label noise", "difficulty"].includes(block)),
    ({ block }) => block,
  );
  for (const [sweep, some] of sweeps) {
    const levelOf = ({ config, difficulty }: typeof some[number]) =>
      sweep === "difficulty"
        ? `difficulty ${difficulty}`
        : sweep === "label noise"
        ? `${100 * config.labelNoise.missed} % missed`
        : `${100 * config.trainingShare} % of the groups`;
    const architectures = new Set(some.map(({ config }) => config.architecture));
    const main = first.filter(({ config }) => config.loss === "bce" && architectures.has(config.architecture));
    await add(sweep, "as in the main runs", main.map(({ record }) => record), dataset);
    for (const [level, of] of Map.groupBy(some, levelOf)) {
      const { difficulty } = of[0];
      const data = difficulty === undefined ? dataset : await datasetOf!(difficulty);
      await add(sweep, level, of.map(({ record }) => record), data);
    }
  }
  return levels;
}
