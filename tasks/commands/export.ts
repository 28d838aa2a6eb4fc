import { registryNames } from "lib/io/registry_names.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand } from "./command.ts";
import { acceptEarlier } from "./data_options.ts";
import { chosenFormats, EXPORT_FORMATS } from "./export_formats.ts";
import { flag, path } from "./options.ts";
import { checkPackage, packageOptions } from "./package_options.ts";

/** The options of packages that a page states too. */
const PAGE_OPTIONS: readonly (keyof typeof packageOptions)[] = ["author", "license"];

export const exportModelCommand = defineCommand({
  name: "export",
  about: "Writes a trained model for other programs. An ensemble that averages its members becomes one file.",
  arguments: [
    { name: "MODEL", about: "the folder of a run, of an ensemble or of a study, or a model.safetensors", path: true },
  ],
  options: {
    onnx: flag(EXPORT_FORMATS.onnx.about),
    bioimageio: flag(EXPORT_FORMATS.bioimageio.about),
    page: flag(EXPORT_FORMATS.page.about),
    output: {
      ...path("FILE", "the output file", "the model's name with .onnx, .zip or .html, in the current folder"),
      earlier: "to",
    },
    ...packageOptions,
    force: flag("replace an existing file"),
    "accept-earlier": acceptEarlier,
  },
  example: "deno task export results/RUN --onnx",
  async check({ options }) {
    const chosen = chosenFormats(options);
    if (chosen.length === 0) throw new ConfigError("The format is missing: add --onnx, --bioimageio or --page");
    if (chosen.length > 1) {
      throw new ConfigError(`--${chosen[0]} and --${chosen[1]} are two files: write them one after the other`);
    }
    const [format] = chosen;
    const unused = registryNames(packageOptions).find((name) => {
      const states = format === "bioimageio" || (format === "page" && PAGE_OPTIONS.includes(name));
      return !states && [options[name] ?? []].flat().length > 0;
    });
    if (unused) {
      const [page, flag] = PAGE_OPTIONS.includes(unused) ? [" or a page", " or --page"] : ["", ""];
      throw new ConfigError(
        `--${unused} describes a bioimage.io package${page}: leave it out, or write one with --bioimageio${flag}`,
      );
    }
    if (format !== "onnx") await checkPackage(options);
  },
});
