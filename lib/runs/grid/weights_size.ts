import { createModel } from "../../nn/create_model.ts";
import { MAIN_BLOCK } from "./blocks.ts";
import { gridEntries, type StudyGrid } from "./study_grid.ts";

/** The place that the weights of a study's members take. */
export interface WeightsSize {
  /** Number of runs that keep weights. */
  runs: number;
  /** Their parameters in total. */
  parameters: number;
  /** Bytes in half precision; single precision takes twice as many. */
  halfBytes: number;
}

/** Computes the place of the members' weights before they are trained: parameters times bytes, over all runs. */
export function weightsSize(grid: StudyGrid): WeightsSize {
  const main = gridEntries(grid).filter(({ block }) => block === MAIN_BLOCK);
  let parameters = 0;
  for (const entries of Map.groupBy(main, ({ config: c }) => `${c.architecture} ${c.encoder}`).values()) {
    const model = createModel(entries[0].config);
    parameters += entries.length * model.weights.countParameters();
    model.dispose();
  }
  return { runs: main.length, parameters, halfBytes: 2 * parameters };
}
