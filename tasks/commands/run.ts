import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand } from "./command.ts";
import { READING_OPTIONS, TRAINING_OPTIONS } from "./data_options.ts";
import { flag, number, path } from "./options.ts";

export const runCommand = defineCommand({
  name: "run",
  about:
    "Trains one run of a study, as a job of a cluster. A finished run ends at once, and a stopped one continues. " +
    "After SIGTERM it writes a checkpoint and ends with code 75. deno task study --workflow writes such jobs.",
  arguments: [{ name: "NAME", about: "name of the run, from the workflow's runs.tsv" }],
  options: {
    ...READING_OPTIONS,
    data: { ...READING_OPTIONS.data, shown: "generated nuclei" },
    results: { ...TRAINING_OPTIONS.results, about: "folder of the study" },
    "accept-earlier": TRAINING_OPTIONS["accept-earlier"],
    grid: path("FILE", "the grid of the study, as JSON"),
    threads: number("N", "threads of the training; a study that has begun keeps its number", {
      what: "1 or more threads",
      shown: "all cores",
      fits: (threads) => Number.isInteger(threads) && threads >= 1,
    }),
    "training-only": flag("end after the last step; the same command without it predicts, scores and finishes the run"),
    "discard-weights": flag("keep no weights of the members"),
  },
  example: "deno task run nuclei-unet-resnet34-bce-fold0-seed1-0123abcd --grid jobs/grid.json --results results/nuclei",
  check({ options: { grid, results } }) {
    if (grid === undefined) throw new ConfigError("--grid is missing: name the grid.json of the workflow");
    if (results === undefined) throw new ConfigError("--results is missing: name the folder of the study");
  },
});
