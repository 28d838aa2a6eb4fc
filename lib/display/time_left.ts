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

  /** Returns the remaining seconds at a time; `undefined` while there is no estimate, and where the last one has run out. */
  seconds(at: number): number | undefined {
    const [first] = this.#advances, last = this.#advances.at(-1);
    if (!last || this.#advances.length <= LEAST_ADVANCES || last.at - first.at < LEAST_SECONDS) return undefined;
    const perShare = (last.at - first.at) / (last.done - first.done);
    const seconds = perShare * (1 - last.done) - (at - last.at);
    return seconds > 0 ? seconds : undefined;
  }
}

/**
 * Says how much time is left, with the precision of an estimate: ", about 3 min left".
 *
 * @returns "" without an estimate
 */
export function timeLeftNote(seconds: number | undefined): string {
  if (seconds === undefined || Number.isNaN(seconds)) return "";
  if (seconds < 60) return ", less than a minute left";
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `, about ${minutes} min left` : `, about ${(seconds / 3600).toFixed(1)} h left`;
}
