import { PROFILES } from "lib/study/profile_names.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand } from "./command.ts";
import { TRAINING_OPTIONS } from "./data_options.ts";
import { choice, flag, number, path, text } from "./options.ts";
import { checkChoices, choiceNames, describeChoices } from "./training_choices.ts";

export const studyCommand = defineCommand({
  name: "study",
  about:
    "Trains every architecture with every loss on every fold, combines them in ensembles, and analyses the gain. " +
    "If it is stopped or killed, the same command resumes it.",
  options: {
    ...TRAINING_OPTIONS,
    data: { ...TRAINING_OPTIONS.data, shown: "generated nuclei" },
    results: { ...TRAINING_OPTIONS.results, shown: "results/NAME-PROFILE in the project" },
    profile: {
      ...choice(
        PROFILES,
        "the size of the study: quick is a demonstration, full takes a GPU or days, tiny is for tests",
      ),
      shown: "quick",
    },
    grid: path("FILE", "the grid of a study of your own, as JSON, instead of a profile"),
    "discard-weights": flag("keep no weights of the members: predict cannot use the study then"),
    "restore-weights": flag("train members again whose weights are missing or damaged"),
    workflow: path("FOLDER", "train nothing: write the study as jobs for Snakemake, for a cluster"),
    part: text("NAME", "train nothing: compute and save one part of the analysis of finished runs, such as members"),
    jobs: number("N", "how many runs train in parallel", {
      what: "1 or more processes",
      shown: "as many as the processor and the memory allow",
      fits: (jobs) => Number.isInteger(jobs) && jobs >= 1,
    }),
  },
  bare: "data",
  example: "deno task study --data my-images --profile full",
  parameters: choiceNames,
  more: describeChoices,
  notebooks: ({ options }) => options.workflow !== undefined,
  async check({ options }) {
    if (options.workflow && options["restore-weights"]) {
      throw new ConfigError("--workflow and --restore-weights exclude each other: give one");
    }
    if (options.part && (options.workflow || options["restore-weights"] || options.jobs)) {
      throw new ConfigError("--part excludes --workflow, --restore-weights and --jobs: it trains nothing");
    }
    if (options.workflow && options.jobs) {
      throw new ConfigError("--jobs is no option of --workflow: set the jobs in its profiles");
    }
    await checkChoices(options.parameter);
  },
});
