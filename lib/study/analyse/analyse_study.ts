import { ambiguityDecomposition } from "../../evaluate/ambiguity.ts";
import { foregroundEverywhere, otsuBaseline } from "../../evaluate/baselines.ts";
import { boundaryBand, CalibrationCounts } from "../../evaluate/calibration.ts";
import { objectAreas } from "../../datasets/dataset_summary.ts";
import { anyMemberCalls, DiversityCounts, pixelOracle } from "../../evaluate/diversity.ts";
import { addErrors, commonErrors, type ErrorCounts, noErrors, objectErrors } from "../../evaluate/object_errors.ts";
import { mean } from "../../math/mean.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
import { type Dataset, modalityOf, type Sample } from "../../datasets/dataset.ts";
import { foregroundShare } from "../../images/foreground.ts";
import { Fitted } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { ENSEMBLE_METHODS, inFoldStackers } from "../../ensemble/methods.ts";
import { meanDice } from "../../ensemble/selection.ts";
import { softVote } from "../../ensemble/voting.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import { countPixels, mapDice, scoreImages } from "../../evaluate/metrics.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { GridCell } from "../../runs/grid/grid.ts";
import { measureControls } from "./controls.ts";
import { crossFit } from "./cross_fit.ts";
import { keptMaps } from "../../runs/saved_predictions.ts";
import type { ProbabilityMap } from "../../runs/probability_maps.ts";
import { qualityLevels } from "./quality_levels.ts";
import { trainingSeconds } from "../compare/run_comparisons.ts";
import { RunError, type RunRecord } from "../../runs/run_store.ts";
import { countMachines } from "../study_machine.ts";

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
  /** Ends the analysis with its reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

const nameOf = ({ architecture, loss, seed }: RunRecord["config"], seeds: number) =>
  `${architecture} ${loss}${seeds > 1 ? ` seed ${seed}` : ""}`;

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

/**
 * Analyses the maps that a study's runs kept: every ensemble on out-of-fold images (what it learns, it learns on the
 * other folds) and on the test split (each fold's ensemble on that fold's models), diversity, the ambiguity
 * decomposition, bounds, calibration and errors.
 *
 * @throws {RunError} if fewer than two members are complete, or maps are missing.
 */
export async function analyseStudy(options: AnalyseOptions): Promise<StudyAnalysis> {
  const { dataset, cells, results, signal = cellSignal() } = options;
  const onProgress = (done: number, what: string) => {
    signal?.throwIfAborted();
    options.onProgress?.(done, what);
  };
  const members = completeMembers(cells);
  if (members.length < 2) {
    throw new RunError(
      `An ensemble needs two members with all their folds, and there are ${members.length}: let the study go on`,
    );
  }
  const { config } = members[0].records[0];
  const indexOf = new Map(dataset.samples.map(({ id }, i) => [id, i]));
  const sampleOf = (id: string) => dataset.samples[indexOf.get(id)!];
  const refuseOthers = (maps: readonly ProbabilityMap[], run: string) => {
    for (const { id, width, height } of maps) {
      const image = indexOf.has(id) ? sampleOf(id).image : undefined;
      if (image?.width === width && image.height === height) continue;
      const what = image ? `of other size than ${dataset.name}'s` : `that ${dataset.name} does not have`;
      throw new RunError(
        `${results}/${run} kept the map of an image ${what} ("${id}"): delete this run to train it again`,
      );
    }
  };
  const gather = async (fold: number, split: "validation" | "test" | "training"): Promise<EnsembleImage[]> => {
    const maps: ProbabilityMap[][] = [];
    for (const { records } of members) maps.push(await keptMaps(results, records[fold], split));
    members.forEach(({ records }, m) => refuseOthers(maps[m], records[fold].run));
    members.forEach(({ records }, m) => {
      if (maps[m].map(({ id }) => id).join("\n") !== maps[0].map(({ id }) => id).join("\n")) {
        throw new RunError(
          `${results}/${records[fold].run} kept other images' maps than ${
            members[0].records[fold].run
          }: delete both to ` +
            "train them again",
        );
      }
    });
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
    onProgress(0.1 * (fold + 1) / config.folds, "reading maps");
  }
  const outOfFold = byFold.flat();
  const smallArea = medianArea(outOfFold.map(({ id }) => sampleOf(id)));
  const errorsOf = (predict: (image: EnsembleImage, i: number) => ArrayLike<number>) => {
    const errors = noErrors(), errorsByModality: Record<string, ErrorCounts> = {};
    outOfFold.forEach((image, i) => {
      const sample = sampleOf(image.id);
      const counts = objectErrors(predict(image, i), sample.labels, { smallArea });
      addErrors(errors, counts);
      addErrors(errorsByModality[modalityOf(sample)] ??= noErrors(), counts);
    });
    return { errors, errorsByModality };
  };

  const ensembles: StudyAnalysis["ensembles"] = [];
  const methods = [...ENSEMBLE_METHODS];
  const seeds = [...Map.groupBy(members.keys(), (m) => members[m].seed).values()];
  const keptTraining = ({ maps }: RunRecord) => maps.some(({ split }) => split === "training");
  if (members.every(({ records }) => records.every(keptTraining))) {
    methods.push(...await inFoldStackers(byFold, (fold) => gather(fold, "training")));
  }
  for (const [k, method] of methods.entries()) {
    onProgress(0.1 + 0.6 * k / methods.length, method.name);
    const { predicted, test, fitSeconds, weights } = await crossFit(method, byFold, tests, dataset);
    // Each seed's members alone, where there are several: what another seed would have given.
    const bySeed: number[][] = [];
    for (const of of seeds.length > 1 && !method.name.endsWith("in-fold") ? seeds : []) {
      const only = (folds: EnsembleImage[][]) =>
        folds.map((images) => images.map((image) => ({ ...image, maps: of.map((m) => image.maps[m]) })));
      const alone = await crossFit(method, only(byFold), [], dataset);
      bySeed.push(outOfFold.map(({ truth }, i) => mapDice(alone.predicted[i], truth)));
    }
    ensembles.push({
      name: method.name,
      outOfFold: outOfFold.map(({ truth }, i) => mapDice(predicted[i], truth)),
      test,
      bySeed,
      fitSeconds,
      weights,
      ...errorsOf((_, i) => predicted[i]),
    });
  }

  onProgress(0.7, "members");
  const isForeground = ({ truth, maps }: EnsembleImage) => {
    const any = new Uint8Array(truth.length);
    for (let i = 0; i < any.length; i++) if (truth[i] > 0 || anyMemberCalls(maps, i, true)) any[i] = 1;
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
  const together: StudyAnalysis["together"] = {};
  for (const { id, maps, truth, width, height } of outOfFold) {
    const of = together[modalityOf(sampleOf(id))] ??= { foreground: 0, missed: 0, invented: 0, boundary: 0 };
    addErrors(of, commonErrors(maps, truth, width, height));
  }
  const memberDice = members.map((_, m) => outOfFold.map(({ maps, truth }) => mapDice(maps[m], truth)));
  const pairs: StudyAnalysis["pairs"] = [];
  for (let a = 0; a < members.length; a++) {
    for (let b = a + 1; b < members.length; b++) {
      const { q, disagreement, doubleFault } = diversity.foreground.pair(a, b);
      const both = meanDice(outOfFold, ({ maps }) => softVote([maps[a], maps[b]]));
      const average = mean(memberDice[a].concat(memberDice[b]));
      pairs.push({ a: members[a].name, b: members[b].name, q, disagreement, doubleFault, gain: both - average });
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
    onProgress(0.75 + 0.2 * m / members.length, name);
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
      seconds: trainingSeconds(records),
      outOfFold: memberDice[m],
      test: tests.map((images) => images.map(({ maps, truth }) => mapDice(maps[m], truth))),
      calibration: {
        everywhere: everywhere.calibrationError(),
        boundary: boundary.calibrationError(),
        averagePrecision: everywhere.averagePrecision(),
        reliability: boundary.reliability(10),
      },
      ...errorsOf(({ maps }) => maps[m]),
      thresholds: tuned.curve.filter((_, i) => i % 3 === 1),
      conventions: conventionsOf(byFold, m, dataset, indexOf),
    };
  });
  onProgress(0.95, "sweeps");
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
    runs: cells.map(({ run }) => run),
    machines: countMachines(cells.flatMap(({ record }) => record ? [record] : [])),
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
    together,
    oracle: {
      pixel: outOfFold.map(({ maps, truth }) => mapDice(pixelOracle(maps, truth), truth)),
      image: outOfFold.map((_, i) => Math.max(...memberDice.map((dice) => dice[i]))),
    },
    quality: await qualityLevels(options),
    controls: await measureControls(options),
  };
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
