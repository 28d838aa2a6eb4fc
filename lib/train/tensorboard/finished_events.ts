import type { TrainingConfig } from "../config.ts";
import { learningRateAt } from "../schedule.ts";
import { listEventFiles } from "./event_files.ts";
import { EventLog, type TrainedSteps } from "./event_log.ts";

/** Writes the curves of a finished training into its folder, if it has none. */
export async function writeFinishedEvents(
  folder: string,
  { config, ...done }: TrainedSteps & { config: TrainingConfig },
): Promise<void> {
  if ((await listEventFiles(folder)).length) return;
  const epochSteps = done.stepLosses.length / done.history.length;
  const { learningRate: peak, warmupSteps: warmup, schedule, epochs } = config;
  const total = epochs * epochSteps;
  using _log = await EventLog.open(done, {
    folder,
    epochSteps,
    learningRate: (step) => learningRateAt(step, { peak, total, warmup, schedule }),
  });
}
