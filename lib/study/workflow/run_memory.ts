import type { Dataset } from "../../datasets/dataset.ts";
import type { TrainingConfig } from "../../train/config.ts";
import { isCustomLoss } from "../../train/losses/custom_loss.ts";
import { GPU_OVERHEAD, trainingMemory } from "../../train/memory.ts";
import { Trainer } from "../../train/trainer.ts";

/** Memory that a run asks for, in MB. */
export interface RunMemory {
  /** Of the computer. */
  host: number;
  /** Of the GPU, if it uses one. */
  gpu: number;
}

/** Deno, TensorFlow's library and the compiled steps, in bytes. */
const PROGRAM = 1.5e9;

/** Copies of the images in memory, as numbers of 4 bytes: as read, normalised, their masks, their probability maps. */
const COPIES = 4;

/** Factor of the tensors for what an allocator cannot use. */
const RESERVE = 1.5;

/** Memory of the analysis without its images, in MB. */
const ANALYSIS = 4000;

/** Bytes of a data set's images in memory, with 4 bytes for each value. */
function imageBytes({ samples }: Pick<Dataset, "samples">): number {
  return samples.reduce((sum, { image }) => sum + 4 * image.data.length, 0);
}

/** Rounds bytes up to hundreds of MB. */
const megabytes = (bytes: number) => 100 * Math.ceil(bytes / 1e8);

/** Estimates the memory of the analysis of a study on a data set, in MB. */
export function analysisMemory(dataset: Pick<Dataset, "samples">): number {
  return ANALYSIS + megabytes(10 * imageBytes(dataset));
}

/**
 * Returns a function that estimates the memory of runs on a data set, from the shapes of their training steps. Runs that
 * differ only in fold, seed or rates share one estimate, which takes about a second.
 */
export function runMemory(dataset: Pick<Dataset, "samples">): (config: TrainingConfig) => RunMemory {
  const images = imageBytes(dataset), known = new Map<string, RunMemory>();
  return (config) => {
    const { cropSize, batchSize, optimizer, loss, precision } = config;
    const key = JSON.stringify([Trainer.poolKey(config), cropSize, batchSize, loss]);
    let memory = known.get(key);
    if (!memory) {
      const { state, fixed, perImage } = trainingMemory(
        config,
        // A custom loss is a function that the grid does not hold; its tensors are small.
        { cropSize, optimizer, precision, ...(!isCustomLoss(loss) && { loss }) },
      );
      const tensors = state + fixed + batchSize * perImage;
      memory = {
        host: megabytes(PROGRAM + COPIES * images + RESERVE * tensors),
        gpu: megabytes(GPU_OVERHEAD + tensors),
      };
      known.set(key, memory);
    }
    return memory;
  };
}
