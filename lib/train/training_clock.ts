import type { TrainingSeconds } from "./training_state.ts";

/** Number of steps that run alone, to measure the time of a step. */
const MEASURED = 3;

/** Measures the seconds that a training spends on steps, batches, validation and checkpoints. */
export class TrainingClock {
  readonly #seconds: TrainingSeconds;
  #measured = 0;
  #shortest = Infinity;

  /** @param seconds sums to update, which are part of the training's state */
  constructor(seconds: TrainingSeconds) {
    this.#seconds = seconds;
  }

  /** Runs `work` and adds its time to `name`. */
  async measure<T>(name: keyof TrainingSeconds, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#seconds[name] += (performance.now() - start) / 1000;
    }
  }

  /**
   * Waits for a step that has just been started, and prepares the next batch meanwhile, as TensorFlow computes on other
   * threads. Time beyond that of a step alone counts as waiting for the batch.
   */
  async step<S, B>(running: Promise<S>, prepare: () => Promise<B>, start: number): Promise<[result: S, next: B]> {
    const since = () => performance.now() - start;
    if (this.#measured < MEASURED) {
      const result = await running;
      this.#shortest = Math.min(this.#shortest, since());
      this.#seconds.steps += since() / 1000;
      this.#measured++;
      return [result, await this.measure("waiting", prepare)];
    }
    const next = await prepare();
    const waited = Math.max(0, since() - this.#shortest) / 1000;
    const result = await running;
    this.#seconds.waiting += waited;
    this.#seconds.steps += since() / 1000 - waited;
    return [result, next];
  }
}
