import type { Dataset } from "../datasets/dataset.ts";
import { createTask, TASKS } from "../task/tasks.ts";
import { ConfigError, type TrainingConfig } from "../train/config.ts";
import { fillClassWeights } from "../train/losses/class_weights.ts";
import { isCustomLoss } from "../train/losses/custom_loss.ts";

/**
 * Adds the options of a configuration's task that come from the data, such as the names of its classes.
 *
 * @throws {DatasetError} if the data set lacks what the task needs.
 * @throws {ConfigError} if the configuration contradicts the data set.
 */
export function withTaskOptions(config: TrainingConfig, dataset: Dataset): TrainingConfig {
  const names = TASKS[config.task].readOptions?.(dataset).classNames;
  checkClassWeights(names ? { ...config, classNames: [...names] } : config);
  if (!names) return config;
  if (config.classNames.length > 0 && config.classNames.join("\n") !== names.join("\n")) {
    throw new ConfigError(
      `classNames is ${JSON.stringify(config.classNames)}, but the classes of ${dataset.name} are ` +
        `${names.join(", ")}: leave classNames out`,
    );
  }
  const { missed, shifted, dilated } = config.labelNoise;
  if (missed || shifted || dilated) {
    throw new ConfigError(`labelNoise changes objects, not the classes of the task "${config.task}": leave it out`);
  }
  return { ...config, classNames: [...names] };
}

/** Checks that a loss has a weight for each class, and that it is no function, which would not use them. */
function checkClassWeights(config: TrainingConfig): void {
  const { classWeights, loss } = config;
  if (classWeights.length === 0) return;
  if (isCustomLoss(loss)) {
    throw new ConfigError(
      "classWeights is for the losses with a name, not for a function: weight the classes in the function",
    );
  }
  fillClassWeights(classWeights, createTask(config).logits);
}
