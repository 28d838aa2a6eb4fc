import { type CommandGroup, defineCommand } from "./command.ts";
import { allowOutside, channels, runs } from "./data_options.ts";
import { path, text } from "./options.ts";

export const checkDataCommand = defineCommand({
  name: "data check",
  about: "Checks a data set for problems that would spoil a study.",
  arguments: [{ name: "FOLDER", about: "your images and masks, or a manifest", path: true }],
  options: {
    groups: path("FILE", "a table with the group of each image", "groups.csv in the folder"),
    "write-groups": path("FILE", "write a table of groups that keeps tiles of one field and near-duplicates together"),
    channels,
    runs,
    "allow-outside": allowOutside,
    output: { ...path("FOLDER", "folder of the report", "results/data-NAME in the project"), earlier: "out" },
  },
  example: "deno task data check my-images",
});

export const fetchDataCommand = defineCommand({
  name: "data bbbc038",
  about: "Downloads the training set of the 2018 Data Science Bowl: 670 images, 83 MB.",
  arguments: [{
    name: "FOLDER",
    about: "folder of the data set (default: data/bbbc038 in the project)",
    optional: true,
    path: true,
  }],
  options: { url: text("ADDRESS", "download the archive from this address", "the Broad Institute's") },
  example: "deno task data bbbc038",
});

export const dataCommands: CommandGroup = {
  name: "data",
  about: "Checks data sets, or downloads one.",
  commands: [checkDataCommand, fetchDataCommand],
};
