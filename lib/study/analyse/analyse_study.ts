import { sampleModality } from "../../datasets/dataset.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { foregroundShare } from "../../images/foreground.ts";
import { cellSignal } from "../../io/cell_signal.ts";
import { once } from "../../io/once.ts";
import { RunError } from "../../runs/run_store.ts";
import { haveInstances } from "../../runs/score_run_objects.ts";
import { createTask } from "../../task/tasks.ts";
import { countMachines } from "../study_machine.ts";
import type { AnalyseOptions } from "./analyse_options.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { gatherMaps, SampleIndex } from "./gather_maps.ts";
import { leftOutSections } from "./left_out.ts";
import { medianArea } from "./member_errors.ts";
import { completeMembers, type MemberRuns } from "./members.ts";
import { analysisKey } from "./parts/analysis_key.ts";
import type { AnalysisPart } from "./parts/analysis_part.ts";
import { type AnalysisParts, analysisParts } from "./parts/analysis_parts.ts";
import { savedPart } from "./parts/saved_part.ts";
import type { StudyMaps } from "./study_maps.ts";

/** Reads the maps of all members. */
async function readMaps(
  { dataset, results }: AnalyseOptions,
  members: MemberRuns[],
  onProgress: (doing: string) => void,
): Promise<StudyMaps> {
  const { config } = members[0].records[0], index = new SampleIndex(dataset, createTask(config));
  const byFold: EnsembleImage[][] = [], tests: EnsembleImage[][] = [];
  for (let fold = 0; fold < config.folds; fold++) {
    onProgress("reading maps");
    byFold.push(await gatherMaps(results, members, fold, "validation", index));
    tests.push(config.testShare > 0 ? await gatherMaps(results, members, fold, "test", index) : []);
  }
  const outOfFold = byFold.flat();
  const smallArea = medianArea(outOfFold.map(({ id }) => index.sample(id)));
  const haveObjects = haveInstances(dataset.samples.map(({ labels }) => labels));
  return { members, byFold, tests, outOfFold, index, smallArea, haveObjects };
}

/** The analysis of a study, before any of its parts is computed. */
class Analysis {
  readonly members: MemberRuns[];
  readonly parts: AnalysisParts;
  /** All parts, in the order in which they are computed. */
  readonly all: AnalysisPart<unknown>[];
  readonly #options: AnalyseOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #key: () => Promise<string>;
  #done = 0;

  constructor(options: AnalyseOptions) {
    const { jobs, signal = cellSignal() } = options;
    this.#options = options;
    this.#signal = signal;
    this.#key = once(() => analysisKey(jobs));
    this.members = completeMembers(jobs);
    if (this.members.length < 2) {
      throw new RunError(
        `An ensemble needs two members with all their folds, and there are ${this.members.length}: continue the study`,
      );
    }
    const maps = once(() => readMaps(options, this.members, (doing) => this.#report(0, doing)));
    this.parts = analysisParts(options, this.members, maps);
    const { ensembles, members, sweeps, controls } = this.parts;
    this.all = [...ensembles, members, sweeps, controls];
  }

  /** Shows progress, and stops if it is to stop. */
  #report(share: number, doing: string): void {
    this.#signal?.throwIfAborted();
    this.#options.onProgress?.((this.#done + share) / this.all.length, doing);
  }

  /** Computes a part, or reads it. */
  async compute<Value>(part: AnalysisPart<Value>): Promise<Value> {
    const { results, resume } = this.#options, report = (share: number, doing: string) => this.#report(share, doing);
    report(0, part.label);
    const value = resume
      ? await savedPart(part, { results, key: await this.#key(), report, signal: this.#signal })
      : await part.compute(report);
    this.#done++;
    return value;
  }
}

/**
 * Computes and saves one part of an analysis, as a job of a cluster: {@linkcode analyseStudy} with `resume` reads it.
 *
 * @param name one of `PART_NAMES`
 * @returns `false` if this analysis has no such part, as its runs kept no maps of training images
 * @throws {RunError} if fewer than two members are complete, or maps are missing.
 */
export async function analysePart(name: string, options: Omit<AnalyseOptions, "resume">): Promise<boolean> {
  const analysis = new Analysis({ ...options, resume: true });
  const part = analysis.all.find((part) => part.name === name);
  if (part) await analysis.compute(part);
  return part !== undefined;
}

/**
 * Analyses the maps that a study's runs kept. Every ensemble is scored on out-of-fold images, fitted on the other
 * folds, and on the test split, with the models of each fold. It also computes diversity, the ambiguity decomposition,
 * bounds, calibration and errors. For a task of several classes Dice is their mean, and what is defined for foreground
 * only is left out.
 *
 * @throws {RunError} if fewer than two members are complete, or maps are missing.
 */
export async function analyseStudy(options: AnalyseOptions): Promise<StudyAnalysis> {
  const { dataset, jobs } = options;
  const analysis = new Analysis(options), { members, parts } = analysis;
  const first = members[0].records, { config } = first[0];
  const describe = (ids: readonly string[]): StudyAnalysis["test"] => {
    const samples = ids.map((id) => index.sample(id));
    return {
      ids: [...ids],
      groups: samples.map(({ group }) => group),
      modalities: samples.map(sampleModality),
      foreground: samples.map(({ labels }) => foregroundShare(labels)),
    };
  };
  const ensembles: StudyAnalysis["ensembles"] = [];
  for (const part of parts.ensembles) ensembles.push(await analysis.compute(part));
  const described = await analysis.compute(parts.members);
  const index = new SampleIndex(dataset, createTask(config));
  return {
    version: 2,
    dataset: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      images: dataset.samples.length,
      groups: new Set(dataset.samples.map(({ group }) => group)).size,
    },
    task: config.task,
    leftOut: leftOutSections(index.task),
    folds: config.folds,
    encoder: config.encoder,
    steps: first[0].stepLosses.length,
    runs: jobs.map(({ run }) => run),
    machines: countMachines(jobs.flatMap(({ record }) => record ? [record] : [])),
    outOfFold: {
      ...describe(first.flatMap(({ data }) => data.validation)),
      folds: first.flatMap(({ data }, fold) => data.validation.map(() => fold)),
    },
    test: describe(first[0].data.test),
    ensembles,
    ...described,
    quality: await analysis.compute(parts.sweeps),
    controls: await analysis.compute(parts.controls),
  };
}
