/** Opens JupyterLab on the notebooks. */
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { Line } from "./commands/command.ts";
import { labCommand } from "./commands/others.ts";
import { runTask, task } from "./commands/task.ts";

/** Runs a command line of `deno task lab`, and exits when JupyterLab does. */
export async function lab({ rest }: Line): Promise<void> {
  const root = projectFolder();
  const { code } = await new Deno.Command(join(root, ".venv/bin/python"), {
    // Not .venv/bin/jupyter-lab, which contains the path of Python at the time of its creation.
    args: [
      "-m",
      "jupyterlab",
      "--ServerApp.root_dir",
      root,
      "--LabApp.default_url=/lab/tree/notebooks/02-unet.ipynb",
      ...rest,
    ],
    env: { JUPYTER_PREFER_ENV_PATH: "1" },
  }).spawn().status;
  Deno.exit(code);
}

if (import.meta.main) await runTask(task(labCommand, () => Promise.resolve(lab)));
