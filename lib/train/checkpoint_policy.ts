/** Decides when a checkpoint is due, by the time since the last one. */
export class CheckpointPolicy {
  readonly #milliseconds: number;
  #last = Date.now();

  /** @param minutes between two checkpoints within an epoch */
  constructor(minutes: number) {
    this.#milliseconds = 60_000 * minutes;
  }

  /** Whether one is due after a step. */
  isDueAfterStep(): boolean {
    return Date.now() - this.#last > this.#milliseconds;
  }

  /** Whether one is due after an epoch. Short epochs share a checkpoint: at worst, half a minute of training is repeated. */
  isDueAfterEpoch(): boolean {
    return Date.now() - this.#last > this.#milliseconds / 4;
  }

  /** Starts the time anew, once a checkpoint has been written. */
  restart(): void {
    this.#last = Date.now();
  }
}
