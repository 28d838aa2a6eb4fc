import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand } from "./command.ts";
import { acceptEarlier } from "./data_options.ts";
import { flag, path } from "./options.ts";
import { packageOptions } from "./package_options.ts";

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
    bioimageio: flag("write a bioimage.io package: a zip file of the ONNX file, its description and test images"),
    output: {
      ...path("FILE", "the output file", "the model's name with .onnx or .zip, in the current folder"),
      earlier: "to",
    },
    ...packageOptions,
    force: flag("replace an existing file"),
    "accept-earlier": acceptEarlier,
  },
  example: "deno task export results/RUN --onnx",
  check({ options: { onnx, bioimageio } }) {
    if (!onnx && !bioimageio) throw new ConfigError("The format is missing: add --onnx or --bioimageio");
    if (onnx && bioimageio) {
      throw new ConfigError("--onnx and --bioimageio are two files: write them one after the other");
    }
  },
});
