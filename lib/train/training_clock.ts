import type { TrainingSeconds } from "./training_state.ts";

/** Steps that run without anything else, to measure how long one takes. */
const MEASURED = 3;

/** Adds up the seconds that a training spends on steps, batches, validation and checkpoints. */
export class TrainingClock {
  readonly #seconds: TrainingSeconds;
  #measured = 0;
  #shortest = Infinity;

  /** @param seconds that grow; part of the training's state */
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
   * Waits for a step that has just been started, and prepares the next batch meanwhile: TensorFlow computes on its own
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
