/**
 * Opens JupyterLab on the notebooks.
 *
 *     deno task lab [options of jupyter lab]
 */
import { join } from "node:path";
import { projectFolder } from "lib/runtime/library.ts";

const root = projectFolder();
const { code } = await new Deno.Command(join(root, ".venv/bin/python"), {
  // Not .venv/bin/jupyter-lab, which names a Python by the path that it had when it was made.
  args: [
    "-m",
    "jupyterlab",
    "--ServerApp.root_dir",
    root,
    "--LabApp.default_url=/lab/tree/notebooks/02-unet.ipynb",
    ...Deno.args,
  ],
  env: { JUPYTER_PREFER_ENV_PATH: "1" },
}).spawn().status;
Deno.exit(code);
