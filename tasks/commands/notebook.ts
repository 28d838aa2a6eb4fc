import { defineCommand } from "./command.ts";
import { flag, parameters } from "./options.ts";
import { checkNotebookParameters, findNotebook, notebookParameters } from "./notebook_parameters.ts";

export const notebookCommand = defineCommand({
  name: "notebook",
  about: "Runs all cells of a notebook in order, and stops at the first error.",
  arguments: [{ name: "NAME", about: "such as 07-ensembles" }],
  options: {
    parameter: parameters("a value for the notebook's parameter cell, such as folds=3"),
    "in-place": { ...flag("overwrite the notebook"), shown: "a copy in results/notebooks" },
  },
  notebooks: () => true,
  example: "deno task notebook 01-data-exploration -p dataFolder=my-images -p folds=3",
  async parameters(args) {
    const name = args.find((text) => !text.startsWith("-"));
    return name ? Object.keys(await notebookParameters(await findNotebook(name))) : [];
  },
  async check({ arguments: [name], options }) {
    await checkNotebookParameters(await findNotebook(name), options.parameter);
  },
});
