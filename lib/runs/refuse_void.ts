import type { Dataset } from "../datasets/dataset.ts";
import { hasVoid } from "../images/void.ts";
import { TASKS } from "../task/tasks.ts";
import { ConfigError, type TrainingConfig } from "../train/config.ts";

/**
 * Throws for a training that would count void pixels as background: binary targets have no value for them, and label
 * noise moves objects into them.
 *
 * @throws {ConfigError} naming an image and what to change.
 */
export function refuseVoid({ task, labelNoise }: TrainingConfig, { samples }: Pick<Dataset, "samples">): void {
  const sample = samples.find(({ labels }) => hasVoid(labels));
  if (!sample) return;
  if (TASKS[task].target === "binary") {
    throw new ConfigError(
      `task is "${task}", which would learn void pixels as background, and the mask of ${sample.id} has some: choose ` +
        "-p task=classes or -p task=border, or remove void from the masks",
    );
  }
  const { missed, shifted, dilated } = labelNoise;
  if (!missed && !shifted && !dilated) return;
  throw new ConfigError(
    `labelNoise changes objects, but the mask of ${sample.id} has void pixels: leave labelNoise out`,
  );
}
