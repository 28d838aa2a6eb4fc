import { callerPath } from "./caller_path.ts";
import { type CommandGroup, defineCommand } from "./command.ts";
import { acceptEarlier } from "./data_options.ts";
import { flag, parameters, path } from "./options.ts";
import { hasName, registryNames } from "lib/io/registry_names.ts";
import { ConfigError } from "lib/train/config_error.ts";
import type { Option } from "./command.ts";

/** Makes a required option for an output file. */
const to: Option<string> = {
  ...path("FILE", "the output file"),
  read([given], name) {
    if (!given?.trim()) throw new ConfigError(`The output file is missing: add ${name} FILE.safetensors`);
    return callerPath(given);
  },
};

const force = flag("replace an existing file");

export const pretrainedCommand = defineCommand({
  name: "weights pretrained",
  about: "Downloads an encoder trained on ImageNet.",
  arguments: [{ name: "ENCODER", about: "such as resnet34" }],
  options: {},
  example: "deno task weights pretrained resnet34",
  async check({ arguments: [encoder] }) {
    const { ENCODERS } = await import("lib/nn/encoders/encoders.ts");
    if (hasName(ENCODERS, encoder)) return;
    const known = registryNames(ENCODERS);
    const { nearestWord } = await import("lib/io/nearest_word.ts");
    throw new ConfigError(
      `There is no encoder "${encoder}": did you mean ${nearestWord(encoder, known)}? There are ${known.join(", ")}`,
    );
  },
});

export const importCommand = defineCommand({
  name: "weights import",
  about: "Makes a model from a weights file of segmentation_models.pytorch, torchvision or timm.",
  arguments: [{
    name: "FILE",
    about: "safetensors, a .pth of PyTorch, or a .zip of deno task export --bioimageio",
    path: true,
  }],
  options: {
    to,
    force,
    parameter: parameters("an option of the model that the file does not state, such as architecture=unet"),
  },
  example: "deno task weights import smp.pth --to model.safetensors -p architecture=unet -p encoder=resnet34",
  check({ options: { to } }) {
    if (!/\.pth?$/i.test(to)) return;
    throw new ConfigError(
      `--to is ${to}, but import writes a safetensors file: name it ${to.replace(/\.pth?$/i, ".safetensors")}`,
    );
  },
  parameters: async () => (await import("lib/train/import_options.ts")).importOptionNames(),
});

export const exportCommand = defineCommand({
  name: "weights export",
  about:
    "Writes a model for segmentation_models.pytorch, which reads it with load_state_dict(strict=True). A file that ends " +
    "in .pth is a state dict for torch.load. Any other is a safetensors file, whose metadata has the normalisation of " +
    "images, the threshold and the model's options.",
  arguments: [{ name: "MODEL", about: "a run's folder, or its model.safetensors", path: true }],
  options: { to, force, "accept-earlier": acceptEarlier },
  example: "deno task weights export results/RUN --to smp.safetensors",
});

export const weightsCommands: CommandGroup = {
  name: "weights",
  about: "Downloads pretrained encoders; imports weights from PyTorch and exports weights to it.",
  commands: [pretrainedCommand, importCommand, exportCommand],
};
