import { join } from "node:path";
import { encodeRecord } from "../../io/tf_record.ts";
import type { EpochRecord, TrainingState } from "../training_state.ts";
import { scalarEvent, startEvent, versionEvent } from "./event.ts";
import { cutEvents, listEventFiles, nextEventFile } from "./event_files.ts";

/** What a training has done. */
export type TrainedSteps = Pick<TrainingState, "stepLosses" | "gradientNorms" | "history">;

/** Options of {@linkcode EventLog.open}. */
export interface EventLogOptions {
  /** The run's folder. */
  folder: string;
  /** Steps of an epoch. */
  epochSteps: number;
  /** Returns the learning rate of a step, counted from 0. */
  learningRate(step: number): number;
}

/**
 * The curves of a training as TensorBoard reads them while it runs. Each sitting writes a file. Steps that are done again
 * replace the earlier ones, and steps without events, as of a sitting without this log, are written from the checkpoint.
 */
export class EventLog implements Disposable {
  readonly #options: EventLogOptions;
  readonly #path: string;
  /** The first step of a further sitting. */
  readonly #start: number | undefined;
  #file: Deno.FsFile | undefined;

  private constructor(options: EventLogOptions, path: string, start: number | undefined) {
    this.#options = options;
    this.#path = path;
    this.#start = start;
  }

  /** Opens the log of a training, and completes the events of the steps that it has done. */
  static async open(done: TrainedSteps, options: EventLogOptions): Promise<EventLog> {
    const { folder, epochSteps } = options, steps = done.stepLosses.length;
    const before = await listEventFiles(folder), kept = await cutEvents(folder, steps);
    const path = join(folder, nextEventFile(before, Date.now() / 1000));
    const log = new EventLog(options, path, before.length ? kept + 1 : undefined);
    for (let step = kept + 1; step <= steps; step++) {
      log.writeStep(step, done.stepLosses[step - 1], done.gradientNorms[step - 1]);
      const epoch = done.history[step / epochSteps - 1];
      if (epoch) log.writeEpoch(epoch);
    }
    return log;
  }

  /**
   * Writes the values of a step.
   *
   * @param step counts from 1
   * @param norm gradient norm, if it is recorded
   */
  writeStep(step: number, loss: number, norm?: number): void {
    this.#write(step, {
      "train/loss": loss,
      "train/learning_rate": this.#options.learningRate(step - 1),
      "train/gradient_norm": norm,
    });
  }

  /** Writes the values of an epoch, at its last step. */
  writeEpoch({ epoch, loss, validation }: EpochRecord): void {
    this.#write(epoch * this.#options.epochSteps, {
      "epoch/loss": loss,
      "validation/dice": validation?.dice,
      "validation/iou": validation?.iou,
      "validation/dice_all_pixels": validation?.microDice,
      "validation/iou_all_pixels": validation?.microIou,
    });
  }

  #write(step: number, values: Record<string, number | undefined>): void {
    const seconds = Date.now() / 1000;
    const events = [scalarEvent(seconds, step, values)];
    if (!this.#file) {
      // A training that fails before its first step leaves no file.
      this.#file = Deno.openSync(this.#path, { write: true, createNew: true });
      events.unshift(versionEvent(seconds), ...(this.#start ? [startEvent(seconds, this.#start)] : []));
    }
    for (const data of events) {
      const record = encodeRecord(data);
      for (let at = 0; at < record.length;) at += this.#file.writeSync(record.subarray(at));
    }
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
