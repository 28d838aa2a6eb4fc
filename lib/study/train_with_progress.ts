import { progressBar } from "../plots/progress_bar.ts";
import { stopSignal } from "./stop_signal.ts";
import { type TrainedRun, trainRun, type TrainRunOptions } from "./train_run.ts";

/** {@linkcode trainRun} with a progress bar, in a terminal or a notebook, that obeys a Stop. */
export async function trainWithProgress(
  options: Omit<TrainRunOptions, "onProgress" | "signal">,
): Promise<TrainedRun> {
  using stop = stopSignal();
  const bar = progressBar("Training");
  const run = await trainRun({
    ...options,
    signal: stop.signal,
    onProgress: ({ phase, epoch, epochs, step, steps, loss, history }) => {
      const scores = history.findLast(({ validation }) => validation)?.validation;
      const dice = scores ? `, validation Dice ${scores.dice.toFixed(3)}` : "";
      const what = phase === "validation" ? "validating" : `loss ${loss.toFixed(4)}`;
      void bar.update(step / steps, `epoch ${epoch}/${epochs}, ${what}${dice}`);
    },
  });
  const { dice } = run.record.scores.model;
  await bar.finish(`best epoch ${run.record.bestEpoch}, validation Dice ${dice.toFixed(4)}`);
  return run;
}
