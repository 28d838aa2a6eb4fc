/** Period over which the pace is measured. */
const WINDOW_SECONDS = 30;
/** Least time and number of advances before an estimate is meaningful. */
const LEAST_SECONDS = 2;
const LEAST_ADVANCES = 3;

/**
 * Estimates the remaining time of work from its pace in the last half minute. The time before the first advance, such
 * as that of compiling a step, is left out. There is no estimate until the pace is known.
 */
export class TimeLeft {
  #advances: { at: number; done: number }[] = [];

  /**
   * @param done completed share, 0 to 1
   * @param at in seconds
   */
  record(done: number, at: number): void {
    const last = this.#advances.at(-1);
    // Progress that exists at the start was made by an earlier run.
    if (done <= (last?.done ?? 0)) return;
    this.#advances.push({ at, done });
    while (this.#advances.length > LEAST_ADVANCES + 1 && this.#advances[1].at < at - WINDOW_SECONDS) {
      this.#advances.shift();
    }
  }

  /** Returns the remaining seconds at a time, or `undefined` while there is no estimate. */
  seconds(at: number): number | undefined {
    const [first] = this.#advances, last = this.#advances.at(-1);
    if (!last || this.#advances.length <= LEAST_ADVANCES || last.at - first.at < LEAST_SECONDS) return undefined;
    const perShare = (last.at - first.at) / (last.done - first.done);
    return Math.max(0, perShare * (1 - last.done) - (at - last.at));
  }
}

/** Formats a duration with the precision of an estimate: "about 40 s", "about 3 min". */
export function roughDuration(seconds: number): string {
  if (seconds < 5) return "a few seconds";
  if (seconds < 57.5) return `about ${5 * Math.round(seconds / 5)} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 60 ? `about ${minutes} min` : `about ${(seconds / 3600).toFixed(1)} h`;
}
