import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand } from "./command.ts";
import { acceptEarlier } from "./data_options.ts";
import { flag, path } from "./options.ts";

export const exportModelCommand = defineCommand({
  name: "export",
  about: "Writes a trained model for other programs. An ensemble that averages its members becomes one file.",
  arguments: [
    { name: "MODEL", about: "the folder of a run, of an ensemble or of a study, or a model.safetensors", path: true },
  ],
  options: {
    onnx: flag(
      "write an ONNX file, which onnxruntime reads, and with it ImageJ (deepImageJ), Icy, Python and browsers",
    ),
    page: flag("write a page that segments images in a browser, without a network: one HTML file"),
    output: {
      ...path("FILE", "the output file", "the model's name with .onnx or .html, in the current folder"),
      earlier: "to",
    },
    force: flag("replace an existing file"),
    "accept-earlier": acceptEarlier,
  },
  example: "deno task export results/RUN --onnx",
  check({ options: { onnx, page } }) {
    if (!onnx && !page) throw new ConfigError("The format is missing: add --onnx or --page");
    if (onnx && page) throw new ConfigError("--onnx and --page are two files: write them one after the other");
  },
});
