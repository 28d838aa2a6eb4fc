import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import { withProgressBar } from "../display/progress_bar.ts";
import { findStudy, holdsAnalysis, requireStudy, RESULTS, type StudyFolder } from "./find_study.ts";
import { type Profile, profileGrid, PROFILES } from "./profiles.ts";
import { demoStudy, runStudy, type RunStudyOptions } from "./run_study.ts";
import { stopSignal } from "../runs/stop_signal.ts";
import type { StudyAnalysis } from "./analyse/analysis_record.ts";
import type { Study } from "./study.ts";
import { isSourceOf, readStudySource } from "./study_source.ts";
import { readAnalysis, readDivergences, readRuns } from "./analyse/study_store.ts";

/**
 * Runs a profile on the generated demo data set, or the missing part of it, with a progress bar; it can be stopped.
 *
 * @param folder of the study
 * @param options `algorithms` is the entry of the table of algorithms of convolutions
 * @throws {RunError} if the work is stopped.
 */
export async function runProfile(
  profile: Profile,
  folder: string,
  options: DigestOptions & Pick<RunStudyOptions, "algorithms"> = {},
): Promise<void> {
  using stop = stopSignal();
  await withProgressBar(`Study "${profile}"`, async (bar) => {
    const { jobs } = await runStudy({
      ...options,
      ...await demoStudy(),
      grid: profileGrid(profile),
      results: folder,
      // Weights take gigabytes, so only deno task study keeps them, which says so beforehand.
      keepWeights: false,
      signal: stop.signal,
      onProgress: (jobs) => {
        const done = jobs.reduce((sum, { progress }) => sum + progress, 0);
        void bar.update(0.9 * done / jobs.length, `${Math.floor(done)} of ${jobs.length} runs`);
      },
      onAnalysis: (done, what) => void bar.update(0.9 + 0.1 * done, what),
    });
    await bar.finish(`${jobs.length} runs`);
  });
}

/** Returns the source of a study's images, but not one of other images, for which the study was begun again. */
async function analysedSource(folder: string, { dataset }: StudyAnalysis, options: DigestOptions) {
  const source = await readStudySource(folder, options);
  return source && isSourceOf(source, dataset.fingerprint) ? source : undefined;
}

/** Reads the numbers of a finished study from its folder. @throws {RunError} if it is not finished, or damaged. */
export async function readStudy(found: StudyFolder, options: DigestOptions = {}): Promise<Study> {
  const analysis = await readAnalysis(found.folder, options);
  return {
    ...found,
    analysis,
    source: await analysedSource(found.folder, analysis, options),
    runs: await readRuns(found.folder, analysis.runs, options),
    diverged: await readDivergences(found.folder, analysis.runs, options),
  };
}

/**
 * Reads the numbers of a study in `results/`, or otherwise in `results/committed/`, which comes with the project. A
 * profile on the generated demo data set that is in neither, or is not finished, is run.
 *
 * @param name of the folder, or of a profile
 * @param results folder that is searched first
 * @param options `{ acceptWithoutDigest: true }` to accept files of earlier versions
 * @throws {RunError} if there is no such study, or a file of it is damaged or has no digest.
 */
export async function openStudy(name: string, results = RESULTS, options: DigestOptions = {}): Promise<Study> {
  const profile = PROFILES.find((each) => each === name);
  if (profile) {
    const folder = (await findStudy(name, results))?.folder ?? join(results, name);
    const finished = await holdsAnalysis(folder);
    if (!finished) await runProfile(profile, folder, options);
  }
  return await readStudy(await requireStudy(name, results), options);
}
