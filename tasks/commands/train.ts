import { defineCommand } from "./command.ts";
import { TRAINING_OPTIONS } from "./data_options.ts";
import { flag } from "./options.ts";
import { checkChoices, choiceNames, describeChoices } from "./training_choices.ts";

export const trainCommand = defineCommand({
  name: "train",
  about: "Trains one model on one fold, and compares it with two baselines.",
  options: {
    ...TRAINING_OPTIONS,
    data: { ...TRAINING_OPTIONS.data, shown: "generated nuclei" },
    results: { ...TRAINING_OPTIONS.results, shown: "results/ in the project" },
    tensorboard: flag("write the curves into the run's folder for TensorBoard while it trains"),
  },
  bare: "data",
  example: "deno task train --data my-images -p encoder=resnet18 -p epochs=10",
  parameters: choiceNames,
  more: describeChoices,
  check: ({ options }) => checkChoices(options.parameter),
});
