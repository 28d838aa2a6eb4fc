import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand } from "./command.ts";
import { choice, flag, number, text } from "./options.ts";

export const setupCommand = defineCommand({
  name: "setup",
  about: "Sets up TensorFlow, one real image pair and JupyterLab. Other commands set up what they need.",
  options: {
    gpu: flag("use TensorFlow's build for NVIDIA GPUs"),
    cpu: { ...flag("use the build for processors"), shown: "the build that fits the computer" },
  },
  example: "deno task setup --cpu",
  check({ options: { gpu, cpu } }) {
    if (gpu && cpu) throw new ConfigError("--gpu and --cpu exclude each other: give one");
  },
});

export const labCommand = defineCommand({
  name: "lab",
  about: "Opens the notebooks in JupyterLab.",
  options: {},
  notebooks: () => true,
  example: "deno task lab --port 8890",
  passesTo: "jupyter lab",
});

export const testCommand = defineCommand({
  name: "test",
  about:
    "Runs all tests, or the named files. With --coverage alone, all tests, and the share of lines that the quick ones run.",
  options: {},
  notebooks: () => true,
  example: "deno task test tests/nn/inference/predictor_test.ts",
  passesTo: "deno test",
});

export const unitTestCommand = defineCommand({
  name: "test:unit",
  about: "Runs the quick tests: all except those in files with the tag slow in the first line.",
  options: {},
  notebooks: () => true,
  example: "deno task test:unit",
});

export const benchCommand = defineCommand({
  name: "bench",
  about: "Compares training and inference with PyTorch and segmentation_models.pytorch.",
  options: {
    only: text("TEXT", "only the comparisons whose name contains this text"),
    rounds: number("N", "how often each comparison is timed", {
      what: "1 or more",
      shown: "8",
      fits: (rounds) => Number.isInteger(rounds) && rounds >= 1,
    }),
    scaling: flag("also compare image sizes and batch sizes"),
    device: { ...choice(["cpu", "gpu"], "the device on which both compute"), shown: "cpu" },
    engines: text("NAMES", "engines besides PyTorch, separated by commas, such as onnxruntime,openvino, or none"),
    memory: flag("only measure this program's memory again"),
    draw: flag("only draw the charts again"),
    algorithms: flag("instead measure this processor's algorithms of convolutions, in ten minutes"),
    write: flag("with --algorithms, use them for new work from now on"),
  },
  example: "deno task bench --only UNet",
  check({ options: { algorithms, write, rounds: _rounds, ...others } }) {
    if (write && !algorithms) throw new ConfigError("--write goes with --algorithms");
    const other = Object.entries(others).find(([, value]) => value);
    if (algorithms && other) throw new ConfigError(`--algorithms and --${other[0]} exclude each other: give one`);
  },
});
