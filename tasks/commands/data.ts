import { type CommandGroup, defineCommand } from "./command.ts";
import { allowOutside, channels, runs } from "./data_options.ts";
import { path, text } from "./options.ts";

export const checkDataCommand = defineCommand({
  name: "data check",
  about: "Looks through a data set for what spoils a study.",
  arguments: [{ name: "FOLDER", about: "your images and masks, or a manifest", path: true }],
  options: {
    groups: path("FILE", "a table of which images belong together", "groups.csv in the folder"),
    "write-groups": path("FILE", "write a table that keeps tiles of one field and near-duplicates together"),
    channels,
    runs,
    "allow-outside": allowOutside,
    output: { ...path("FOLDER", "where the report is written", "results/data-NAME in the project"), earlier: "out" },
  },
  example: "deno task data check my-images",
});

export const fetchDataCommand = defineCommand({
  name: "data bbbc038",
  about: "Fetches the 2018 Data Science Bowl's training set: 670 images, 83 MB.",
  arguments: [{
    name: "FOLDER",
    about: "where it is written (default: data/bbbc038 in the project)",
    optional: true,
    path: true,
  }],
  options: { url: text("ADDRESS", "fetch the archive from there", "the Broad Institute's") },
  example: "deno task data bbbc038",
});

export const dataCommands: CommandGroup = {
  name: "data",
  about: "Checks data sets, and fetches one.",
  commands: [checkDataCommand, fetchDataCommand],
};
