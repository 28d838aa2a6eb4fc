import { basename, join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import { MissingDigestError, SafetensorsError } from "../nn/weights/safetensors.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { BEST_WEIGHTS, readBestWeights, writeBestWeights } from "./best_weights.ts";
import { type Checkpoint, CHECKPOINTS, readCheckpoint } from "./checkpoint.ts";
import type { TrainingConfig } from "./config.ts";
import { recordedAlgorithms, roundsEqually, thisMachine } from "./machine.ts";
import type { Optimizer } from "./optimizers.ts";
import type { TrainingState } from "./training_state.ts";
import { CheckpointError } from "./checkpoint_error.ts";

/** Options of {@linkcode resumeTraining}. */
export interface ResumeOptions extends DigestOptions {
  /** The run's folder. */
  folder: string;
  model: SegmentationModel;
  optimizer: Optimizer;
  config: TrainingConfig;
  /** Hash of configuration and data: see `configHash`. */
  hash: string;
  /** Rejects if the files kept for an epoch are missing or damaged. */
  checkEpoch?: (epoch: number) => Promise<void>;
}

/** The point from which a training continues. */
export interface Resumed {
  /** The checkpoint; absent if training starts from the beginning. */
  state?: TrainingState;
  /** One sentence for each damage, and how it was handled. */
  warnings: string[];
}

/**
 * Finds the latest checkpoint of a run for which everything is sound: the checkpoint, the best weights so far, and the
 * files kept for earlier epochs. Damaged best weights are made again if a checkpoint contains them. If the latest
 * checkpoint cannot be used, the previous one is; if that cannot be used either, training starts over.
 *
 * @throws {CheckpointError} if the checkpoints belong to another configuration.
 * @throws {MissingDigestError} if a checkpoint has no digest, as in earlier versions, and none is sound.
 */
export async function resumeTraining(options: ResumeOptions): Promise<Resumed> {
  const { folder, model, optimizer, config, hash, checkEpoch, ...digest } = options;
  const read = (name: string) => readCheckpoint(join(folder, name), hash, digest);
  const problems: string[] = [], warnings: string[] = [], damaged: string[] = [];
  let withoutDigest: MissingDigestError | undefined;
  for (const [i, name] of CHECKPOINTS.entries()) {
    try {
      using checkpoint = await read(name);
      if (!checkpoint) continue;
      const { state } = checkpoint;
      if (config.selection === "best" && state.best.epoch > 0) {
        const repair = await repairBestWeights(
          folder,
          checkpoint,
          () => readSound(CHECKPOINTS.slice(i + 1), read),
          digest,
        );
        if (repair) warnings.push(repair);
      }
      for (const epoch of config.keepEpochs) {
        if (epoch <= state.epoch && epoch < config.epochs) await checkEpoch?.(epoch);
      }
      checkpoint.restore(model, optimizer);
      if (problems.length) warnings.push(`${problems.join("; ")}: continuing from ${name}`);
      // It must not replace the sound one when the next is written.
      for (const path of damaged) await Deno.remove(path).catch(() => {});
      return { state, warnings };
    } catch (error) {
      if (error instanceof CheckpointError) throw error;
      if (error instanceof MissingDigestError) withoutDigest ??= error;
      problems.push((error as Error).message);
      damaged.push(join(folder, name));
    }
  }
  // The training of an earlier version is not discarded without asking.
  if (withoutDigest) throw withoutDigest;
  if (problems.length) warnings.push(`${problems.join("; ")}: this training starts over`);
  return { warnings };
}

/** Returns the first sound one of these checkpoints. */
async function readSound(
  names: readonly string[],
  read: (name: string) => Promise<Checkpoint | undefined>,
): Promise<Checkpoint | undefined> {
  for (const name of names) {
    const checkpoint = await read(name).catch(() => undefined);
    if (checkpoint) return checkpoint;
  }
}

/**
 * Makes damaged best weights again, if a checkpoint was written right after their epoch.
 *
 * @returns a sentence on the repair; `undefined` if the weights are sound
 * @throws {SafetensorsError} if no checkpoint holds them.
 */
async function repairBestWeights(
  folder: string,
  checkpoint: Checkpoint,
  readEarlier: () => Promise<Checkpoint | undefined>,
  digest: DigestOptions,
): Promise<string | undefined> {
  const { configHash: hash, best: { epoch }, machines } = checkpoint.state;
  const last = machines.at(-1);
  try {
    const orLater = last !== undefined &&
      roundsEqually(last, { ...thisMachine(), algorithms: recordedAlgorithms(last), compiler: last.compiler });
    using _sound = await readBestWeights(folder, { hash, epoch, orLater }, digest);
    return undefined;
  } catch (error) {
    const problem = (error as Error).message;
    const holds = ({ state }: Checkpoint) =>
      state.epoch === epoch && state.best.epoch === epoch && state.position === 0;
    using earlier = holds(checkpoint) ? undefined : await readEarlier();
    const source = [checkpoint, earlier].find((each) => each && holds(each));
    if (!source) {
      throw new SafetensorsError(
        `${problem}, and ${basename(checkpoint.path)} does not hold the weights of epoch ${epoch}`,
      );
    }
    await writeBestWeights(folder, source.weights, { hash, epoch });
    return `${problem}: ${BEST_WEIGHTS} was made again from ${basename(source.path)}`;
  }
}
