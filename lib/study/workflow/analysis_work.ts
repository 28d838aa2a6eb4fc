import type { Dataset } from "../../datasets/dataset.ts";
import { ENSEMBLE_METHODS } from "../../ensemble/methods/methods.ts";
import { registryNames } from "../../io/registry_names.ts";
import { gridMembers, type StudyGrid } from "../../runs/grid/study_grid.ts";
import { IN_FOLD_STACKERS } from "../analyse/in_fold_stackers.ts";
import { ensemblePart, MEMBERS } from "../analyse/parts/analysis_parts.ts";

/**
 * Seconds of the analysis for each pixel of a map. Eight members of 309 images, 1.7 · 10⁸ pixels, took 14 minutes on two busy
 * cores (Intel Xeon, 2026-11-27).
 */
const PIXEL_SECONDS = 5e-6;

/** Seconds from which an analysis is long. */
const LONG = 1800;

/** Factor from the expected seconds to a time limit, and the shortest limit in minutes. */
const MARGIN = 4, SHORTEST = 60;

/** Estimates the seconds of a study's analysis, from the pixels of its members' maps. */
export function analysisWork(grid: StudyGrid, { samples }: Pick<Dataset, "samples">): number {
  const pixels = samples.reduce((sum, { image: { width, height } }) => sum + width * height, 0);
  return PIXEL_SECONDS * gridMembers(grid).size * pixels;
}

/** Returns the time limit of an analysis in minutes. */
export function analysisMinutes(seconds: number): number {
  return Math.max(SHORTEST, Math.ceil(MARGIN * seconds / 60));
}

/**
 * Returns the parts of a study's analysis that are worth jobs of their own: the ensembles that train a network, and the
 * members. An analysis that is short has none.
 *
 * @param seconds the expected time of the whole analysis
 */
export function longParts(grid: StudyGrid, seconds: number): string[] {
  if (seconds < LONG) return [];
  const trained = registryNames(ENSEMBLE_METHODS).filter((id) => ENSEMBLE_METHODS[id].stores === "model");
  const inFold = grid.keepTrainingMaps ? registryNames(IN_FOLD_STACKERS) : [];
  return [...[...trained, ...inFold].map(ensemblePart), MEMBERS];
}
