import { join } from "node:path";
import type { DigestOptions } from "../data/file_digest.ts";
import { withProgressBar } from "../plots/progress_bar.ts";
import { projectFolder } from "../runtime/library.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { type Profile, profileGrid, PROFILES } from "./profiles.ts";
import type { Divergence } from "./train_cell.ts";
import type { RunRecord } from "./run_store.ts";
import { embeddedStudy, runStudy } from "./run_study.ts";
import { stopSignal } from "./stop_signal.ts";
import { readAnalysis, readDivergences, readRuns } from "./study_store.ts";

/** A study's numbers. */
export interface Study {
  /** The name that it was opened by: its folder's in the results. */
  name: string;
  folder: string;
  analysis: StudyAnalysis;
  /** Its finished runs; not those that an earlier grid left in the folder. */
  runs: RunRecord[];
  /** Trainings that ended because their loss was no number. */
  diverged: Divergence[];
}

/** Runs a profile on the embedded data, with a progress bar that obeys a Stop. */
async function runProfile(profile: Profile, results: string): Promise<void> {
  using stop = stopSignal();
  await withProgressBar(`Study "${profile}"`, async (bar) => {
    const { cells } = await runStudy({
      ...await embeddedStudy(),
      grid: profileGrid(profile),
      results,
      signal: stop.signal,
      onProgress: (cells) => {
        const done = cells.reduce((sum, { progress }) => sum + progress, 0);
        void bar.update(0.9 * done / cells.length, `${Math.floor(done)} of ${cells.length} runs`);
      },
      onAnalysis: (done, what) => void bar.update(0.9 + 0.1 * done, what),
    });
    await bar.finish(`${cells.length} runs`);
  });
}

/** Folder of the studies that come with the project. */
const COMMITTED = join(projectFolder(), "results");

/**
 * A study's numbers, from its folder in `results/`. The embedded profiles are run where they are missing; another study
 * that is missing is looked for among those that come with the project.
 *
 * @param name of the folder, or of a profile
 * @throws {RunError} if there is no such study.
 */
export async function openStudy(name: string, results = COMMITTED, options: DigestOptions = {}): Promise<Study> {
  const isThere = (place: string) => Deno.stat(join(place, name, "analysis.json")).then(() => true, () => false);
  const profile = PROFILES.find((each) => each === name);
  const there = await isThere(results);
  const folder = join(!there && !profile && await isThere(COMMITTED) ? COMMITTED : results, name);
  if (!there && profile) await runProfile(profile, folder);
  const analysis = await readAnalysis(folder, options);
  return {
    name,
    folder,
    analysis,
    runs: await readRuns(folder, analysis.runs, options),
    diverged: await readDivergences(folder, analysis.runs, options),
  };
}
