/** Decides when a checkpoint is due, by the time since the last one. */
export class CheckpointPolicy {
  readonly #milliseconds: number;
  #last = Date.now();

  /** @param minutes time between two checkpoints within an epoch */
  constructor(minutes: number) {
    this.#milliseconds = 60_000 * minutes;
  }

  /** Returns whether a checkpoint is due after a step. */
  isDueAfterStep(): boolean {
    return Date.now() - this.#last > this.#milliseconds;
  }

  /**
   * Returns whether a checkpoint is due after an epoch. Short epochs share one: at most half a minute of training is
   * repeated.
   */
  isDueAfterEpoch(): boolean {
    return Date.now() - this.#last > this.#milliseconds / 4;
  }

  /** Restarts the time after a checkpoint was written. */
  restart(): void {
    this.#last = Date.now();
  }
}
