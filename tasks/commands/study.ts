import { PROFILES } from "lib/study/profile_names.ts";
import { defineCommand } from "./command.ts";
import { TRAINING_OPTIONS } from "./data_options.ts";
import { choice, number, path } from "./options.ts";
import { checkChoices, choiceNames, describeChoices } from "./training_choices.ts";

export const studyCommand = defineCommand({
  name: "study",
  about: "Trains every architecture with every loss on every fold, combines them, and analyses what that gains. " +
    "Stopped or killed, the same command goes on.",
  options: {
    ...TRAINING_OPTIONS,
    data: { ...TRAINING_OPTIONS.data, shown: "generated nuclei" },
    results: { ...TRAINING_OPTIONS.results, shown: "results/NAME-PROFILE in the project" },
    profile: {
      ...choice(PROFILES, "the size: quick is a demonstration, full is for a GPU or a night, tiny is for tests"),
      shown: "quick",
    },
    grid: path("FILE", "a study of your own in place of a profile, as JSON"),
    jobs: number("N", "how many runs train side by side", {
      what: "1 or more processes",
      shown: "as many as processor and memory allow",
      fits: (jobs) => Number.isInteger(jobs) && jobs >= 1,
    }),
  },
  bare: "data",
  example: "deno task study --data my-images --profile full",
  parameters: choiceNames,
  more: describeChoices,
  check: ({ options }) => checkChoices(options.parameter),
});
