import { pythonEnvironment } from "../tasks/setup/python_environment.ts";

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
  return await pythonEnvironment(
    "pytorch",
    "PyTorch and segmentation_models.pytorch",
    [PACKAGES, ["--no-deps", ...BARE_PACKAGES]],
    JSON.stringify([PACKAGES, BARE_PACKAGES]),
  );
}
