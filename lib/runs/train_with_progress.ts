import { withProgressBar } from "../display/progress_bar.ts";
import { stopSignal } from "./stop_signal.ts";
import { trainingNote } from "./training_note.ts";
import { type TrainedRun, trainRun, type TrainRunOptions } from "./train_run.ts";

/** Calls {@linkcode trainRun} with a progress bar, in a terminal or a notebook; it can be stopped. */
export async function trainWithProgress(
  options: Omit<TrainRunOptions, "onProgress">,
): Promise<TrainedRun> {
  using stop = options.signal ? undefined : stopSignal();
  return await withProgressBar("Training", async (bar) => {
    void bar.update(0, "preparing the first step");
    const run = await trainRun({
      ...options,
      signal: options.signal ?? stop?.signal,
      onProgress: (progress) => void bar.update(progress.done, trainingNote(progress)),
    });
    const { dice } = run.record.scores.model;
    await bar.finish(`best epoch ${run.record.bestEpoch}, validation Dice ${dice.toFixed(4)}`);
    return run;
  });
}
