import { pinnedPython } from "./pinned_python.ts";

/**
 * A Python with PyTorch and SMP: the one that `BENCH_PYTHON` names, else one with the pinned packages of
 * `tasks/requirements/pytorch.txt`.
 */
export async function pytorchPython(): Promise<string> {
  return Deno.env.get("BENCH_PYTHON") || await pinnedPython("pytorch", "PyTorch and segmentation_models.pytorch");
}
