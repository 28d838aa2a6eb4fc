import type { Dataset } from "../../datasets/dataset.ts";
import { ENSEMBLE_METHODS } from "../../ensemble/methods/methods.ts";
import { registryNames } from "../../io/registry_names.ts";
import { MAIN_BLOCK } from "../../runs/grid/blocks.ts";
import { gridEntries, type StudyGrid } from "../../runs/grid/study_grid.ts";
import { IN_FOLD_STACKERS } from "../analyse/in_fold_stackers.ts";
import { ensemblePart, MEMBERS } from "../analyse/parts/analysis_parts.ts";

/**
 * Pixels of the members' maps from which an analysis is long. Half of it, eight members of 309 images, took 14 minutes on two
 * busy cores (Intel Xeon, 2026-11-27).
 */
const LONG = 3.4e8;

/**
 * Returns the parts of a study's analysis that are worth jobs of their own: the ensembles that train a network, and the
 * members. An analysis that is short has none.
 */
export function longParts(grid: StudyGrid, { samples }: Pick<Dataset, "samples">): string[] {
  const pixels = samples.reduce((sum, { image: { width, height } }) => sum + width * height, 0);
  const main = gridEntries(grid).filter(({ block }) => block === MAIN_BLOCK);
  const members = new Set(main.map(({ config: { architecture, loss, seed } }) => `${architecture} ${loss} ${seed}`));
  if (members.size * pixels < LONG) return [];
  const trained = registryNames(ENSEMBLE_METHODS).filter((id) => ENSEMBLE_METHODS[id].stores === "model");
  const inFold = grid.keepTrainingMaps ? registryNames(IN_FOLD_STACKERS) : [];
  return [...[...trained, ...inFold].map(ensemblePart), MEMBERS];
}
