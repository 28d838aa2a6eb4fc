import { join } from "node:path";
import { projectFolder } from "lib";
import { explain, runCommand } from "../tasks/setup/command.ts";

const PACKAGES = [
  "torch==2.13.0",
  "albumentations==2.0.8",
  "numpy",
  "safetensors",
  "pillow",
  "tqdm",
  "huggingface-hub",
  "pyyaml",
];
/** Without what they depend on: the torchvision that fits a CPU build of PyTorch may not be on the index. */
const BARE_PACKAGES = ["segmentation-models-pytorch==0.6.0", "timm==1.0.31", "torchvision==0.28.0"];

/**
 * A Python with PyTorch and SMP: the one that `BENCH_PYTHON` names, else an environment of its own in
 * `.cache/pytorch`, made on first use.
 */
export async function pytorchPython(): Promise<string> {
  const named = Deno.env.get("BENCH_PYTHON");
  if (named) return named;
  const folder = join(projectFolder(), ".cache/pytorch");
  const python = join(folder, "bin/python");
  const stamp = join(folder, ".complete");
  const wanted = JSON.stringify([PACKAGES, BARE_PACKAGES]);
  try {
    if (await Deno.readTextFile(stamp) === wanted) return python;
  } catch {
    // not there yet
  }
  console.error("Installing PyTorch and segmentation_models.pytorch …");
  try {
    await runCommand("python3", ["-m", "venv", "--clear", folder]);
    await runCommand(python, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
    await runCommand(python, ["-m", "pip", "install", "--quiet", "--no-deps", ...BARE_PACKAGES]);
  } catch (error) {
    throw new Error(explain(error));
  }
  await Deno.writeTextFile(stamp, wanted);
  return python;
}
