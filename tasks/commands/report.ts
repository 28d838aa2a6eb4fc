import { defineCommand } from "./command.ts";
import { acceptEarlier } from "./data_options.ts";
import { flag, path, text } from "./options.ts";

export const reportCommand = defineCommand({
  name: "report",
  about: "Makes a website and a PDF of the executed notebooks, with a first page that answers the study's questions.",
  options: {
    study: text("NAME", "name of the study, which is its folder in the results", "quick"),
    results: path("FOLDER", "folder of the studies", "results/ in the project"),
    "notebooks-only": flag("only execute the notebooks, which the study keeps for a later report"),
    "accept-earlier": acceptEarlier,
  },
  bare: "study",
  notebooks: () => true,
  example: "deno task report --study my-images-quick",
});
