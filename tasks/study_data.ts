import { ConfigError, type Dataset, TASKS } from "lib";
import type { LoadOptions } from "lib/datasets";
import type { DataSource, StudyGrid } from "lib/runs";
import { demoStudy } from "lib/study";
import type { TaskKind } from "lib/task";
import { gridTask } from "lib/runs/grid/study_grid.ts";
import { openWithProgress } from "./open_with_progress.ts";

/** The images of a study, and where its jobs find them. */
export interface StudyData {
  dataset: Dataset;
  datasetFor?: (difficulty: number) => Promise<Dataset>;
  source: DataSource;
}

/**
 * Opens the images of a study.
 *
 * @param data the user's folder. Default: generated nuclei, as the grid describes them
 * @throws {ConfigError} if the grid describes generated images, and there is a folder too.
 */
export async function studyData(
  data: string | undefined,
  grid: StudyGrid,
  loading: Omit<LoadOptions, "onProgress">,
): Promise<StudyData> {
  const { readOptions }: TaskKind = TASKS[gridTask(grid)];
  if (data && grid.generated) {
    throw new ConfigError(
      `The grid describes generated images, and --data names ${data}: leave out --data, or "generated" in the grid`,
    );
  }
  if (data) return { dataset: await openWithProgress(data, loading), source: { folder: data, ...loading } };
  // A task that needs names of classes gets demo data that has them.
  return await demoStudy(readOptions ? 2 : 1, grid.generated);
}
