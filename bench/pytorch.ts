import { pinnedPython } from "./pinned_python.ts";

/**
 * Returns the path of a Python with PyTorch and SMP: the one that `BENCH_PYTHON` names, or one with the pinned packages
 * of `tasks/requirements/pytorch.txt`.
 */
export async function pytorchPython(): Promise<string> {
  return Deno.env.get("BENCH_PYTHON") || await pinnedPython("pytorch", "PyTorch and segmentation_models.pytorch");
}
