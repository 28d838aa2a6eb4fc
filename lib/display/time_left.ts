/** How far back the pace is measured. */
const WINDOW_SECONDS = 30;
/** How long, and how many times, work has to advance before an estimate is worth something. */
const LEAST_SECONDS = 2;
const LEAST_ADVANCES = 3;

/**
 * Estimates how long work still takes from its pace in the last half minute. What comes before the first advance, such as
 * compiling a step, says nothing about the pace and is left out; until the pace is known there is no estimate.
 */
export class TimeLeft {
  #advances: { at: number; done: number }[] = [];

  /**
   * @param done the share that is done, 0 to 1
   * @param at in seconds
   */
  record(done: number, at: number): void {
    const last = this.#advances.at(-1);
    // What was there at the start was done before, and by something else.
    if (done <= (last?.done ?? 0)) return;
    this.#advances.push({ at, done });
    while (this.#advances.length > LEAST_ADVANCES + 1 && this.#advances[1].at < at - WINDOW_SECONDS) {
      this.#advances.shift();
    }
  }

  /** Seconds that are left at a time, or nothing as long as nobody can know. */
  seconds(at: number): number | undefined {
    const [first] = this.#advances, last = this.#advances.at(-1);
    if (!last || this.#advances.length <= LEAST_ADVANCES || last.at - first.at < LEAST_SECONDS) return undefined;
    const perShare = (last.at - first.at) / (last.done - first.done);
    return Math.max(0, perShare * (1 - last.done) - (at - last.at));
  }
}

/** A duration as an estimate deserves it: "about 40 s", "about 3 min". */
export function roughDuration(seconds: number): string {
  if (seconds < 5) return "a few seconds";
  if (seconds < 57.5) return `about ${5 * Math.round(seconds / 5)} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 60 ? `about ${minutes} min` : `about ${(seconds / 3600).toFixed(1)} h`;
}
