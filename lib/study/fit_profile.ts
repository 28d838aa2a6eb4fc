import type { Dataset } from "../datasets/dataset.ts";
import { hasVoid } from "../images/void.ts";
import { blockLabel } from "../runs/grid/blocks.ts";
import { gridTask, lossForTask, type StudyGrid } from "../runs/grid/study_grid.ts";
import type { TaskKind } from "../task/task.ts";
import { TASKS } from "../task/tasks.ts";
import { lossFits } from "../train/losses/loss.ts";
import { LOSSES } from "../train/losses/losses.ts";

/** A profile's grid without what does not fit, and sentences on that. */
export interface FittedProfile {
  grid: StudyGrid;
  notes: string[];
}

/**
 * Leaves out of a profile the runs that its task or the data do not allow: losses of foreground only, the output prior,
 * and label noise where it cannot move objects.
 *
 * @param grid grid of a profile, with the task in its configuration
 */
export function fitProfile(grid: StudyGrid, { samples }: Pick<Dataset, "samples">): FittedProfile {
  const task = gridTask(grid), { label, target, readOptions }: TaskKind = TASKS[task];
  if (target === "binary") return { grid, notes: [] };
  const canMoveLabels = !readOptions && !samples.some(({ labels }) => hasVoid(labels));
  const notes = new Set<string>();
  const blocks = grid.blocks.flatMap((block) => {
    const isFit = block.config.outputPrior === undefined && (block.config.labelNoise === undefined || canMoveLabels);
    if (!isFit) {
      notes.add(`Without the runs "${blockLabel(block.name)}", which the task ${label} does not have with these data`);
      return [];
    }
    const losses = block.losses.filter((loss) => {
      const fits = lossFits(LOSSES[lossForTask(loss, task)], TASKS[task]);
      if (!fits) notes.add(`Without ${LOSSES[loss].label} loss, which the task ${label} does not have`);
      return fits;
    });
    return losses.length ? [{ ...block, losses }] : [];
  });
  return { grid: { ...grid, blocks }, notes: [...notes] };
}
