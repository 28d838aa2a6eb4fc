import { defineCommand } from "./command.ts";
import { acceptEarlier } from "./data_options.ts";
import { path, text } from "./options.ts";

export const reportCommand = defineCommand({
  name: "report",
  about: "Makes a site of the executed notebooks, with a first page that answers a study's questions, and one PDF.",
  options: {
    study: text("NAME", "the study: its folder in the results", "quick"),
    results: path("FOLDER", "where studies are kept", "results/ in the project"),
    "accept-earlier": acceptEarlier,
  },
  bare: "study",
  example: "deno task report --study my-images-quick",
});
