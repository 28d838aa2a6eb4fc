import { join } from "node:path";
import { replaceText } from "lib/io/replace_file.ts";
import { runCommand } from "./command.ts";

const asJson = (value: unknown) => JSON.stringify(value, null, 2) + "\n";

/** Returns whether a virtual environment was moved after its creation: its scripts contain the old path of Python. */
export async function hasMoved(venv: string): Promise<boolean> {
  try {
    return !(await Deno.readTextFile(join(venv, "bin/pip"))).includes(join(venv, "bin"));
  } catch {
    return false;
  }
}

/**
 * Registers the kernel with JupyterLab, disables its question about news, and trusts the project's notebooks, so that
 * all their outputs are shown.
 *
 * @param venv folder of the virtual environment
 * @param root the project's folder
 */
export async function configureJupyter(venv: string, root: string): Promise<void> {
  const python = join(venv, "bin/python");
  const kernel = {
    argv: [python, join(root, "tasks/jupyter/kernel_proxy"), "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    interrupt_mode: "message",
  };
  await replaceText(join(venv, "share/jupyter/kernels/deno/kernel.json"), asJson(kernel));
  const settings = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };
  await replaceText(join(venv, "share/jupyter/lab/settings/overrides.json"), asJson(settings));
  const folder = join(root, "notebooks"), notebooks: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".ipynb") && !name.startsWith(".")) notebooks.push(join(folder, name));
    }
    const trust = "from nbformat.sign import TrustNotebookApp; TrustNotebookApp.launch_instance()";
    await runCommand(python, ["-c", trust, ...notebooks]);
  } catch {
    // Trust is stored in the user's folder, which may be read-only. Charts are then shown as PNG, and pictures to explore
    // as static ones.
  }
}
