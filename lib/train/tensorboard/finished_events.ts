import type { TrainingConfig } from "../config.ts";
import { learningRateAt } from "../schedule.ts";
import { readEventSteps } from "./event_files.ts";
import { EventLog, type TrainedSteps } from "./event_log.ts";

/** Returns whether a run's folder has the curves of a finished training up to the values of its last epoch. */
export async function hasFinishedEvents(folder: string, { stepLosses }: TrainedSteps): Promise<boolean> {
  const last = (await readEventSteps(folder)).slice(-2);
  // The last step has two events: its own values, and those of its epoch.
  return last.length === 2 && last.every((step) => step === stepLosses.length);
}

/**
 * Writes the curves of a finished training into its folder, or completes them: it may have been trained partly without
 * them, and a process may have been killed while it wrote them.
 *
 * @param folder folder of the run, which this process has locked
 */
export async function writeFinishedEvents(
  folder: string,
  { config, ...done }: TrainedSteps & { config: TrainingConfig },
): Promise<void> {
  if (await hasFinishedEvents(folder, done)) return;
  const epochSteps = done.stepLosses.length / done.history.length;
  const { learningRate: peak, warmupSteps: warmup, schedule, epochs } = config;
  const total = epochs * epochSteps;
  using _log = await EventLog.open(done, {
    folder,
    epochSteps,
    learningRate: (step) => learningRateAt(step, { peak, total, warmup, schedule }),
  });
}
