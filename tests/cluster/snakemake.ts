import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { pinnedPython } from "../../bench/pinned_python.ts";
import type { SlurmCluster } from "./slurm_cluster.ts";

/**
 * Returns the program Snakemake: the one that `SNAKEMAKE` names, or that of a Python environment that is made at first use.
 *
 * @param installedOnly whether to install nothing
 * @returns `undefined` if it is not installed
 */
export async function findSnakemake(installedOnly: boolean): Promise<string | undefined> {
  const given = Deno.env.get("SNAKEMAKE");
  if (given) return given;
  if (installedOnly && !await exists(join(projectFolder(), ".cache/snakemake/.complete"))) return undefined;
  return join(await pinnedPython("snakemake", "Snakemake"), "../snakemake");
}

/** Replaces a text in a file of a workflow, as a user who edits it. */
export async function edit(path: string, ...changes: [RegExp, string][]): Promise<void> {
  let text = await Deno.readTextFile(path);
  for (const [from, to] of changes) {
    if (!from.test(text)) throw new Error(`${path} lacks ${from}`);
    text = text.replace(from, to);
  }
  await Deno.writeTextFile(path, text);
}

/** Edits a workflow for the test's cluster: nodes of one core, no accounting, and as many repetitions as there are kills. */
export async function editWorkflow(folder: string, retries: number): Promise<void> {
  await edit(join(folder, "config.yaml"), [/^threads: .*$/m, "threads: 1"], [
    /^analysis_threads: .*$/m,
    "analysis_threads: 1",
  ], [/^parts: .*$/m, 'parts: ["ensemble-shallow-cnn", "ensemble-residual", "members"]']);
  await edit(
    join(folder, "profiles/slurm/config.yaml"),
    [/^retries: .*$/m, `retries: ${retries}`],
    [/# slurm-status-command: squeue/, "slurm-status-command: squeue"],
    [/status-checks: 40/, "status-checks: 5"],
    [/# slurm_partition: gpu/, "slurm_partition: main"],
  );
}

/**
 * Starts Snakemake on a cluster. Its output is added to a file.
 *
 * @param targets files or rules to make. Default: all
 */
export function startSnakemake(
  snakemake: string,
  folder: string,
  cluster: SlurmCluster,
  log: string,
  targets: readonly string[] = [],
): Deno.ChildProcess {
  const script = 'log="$1"; shift; exec "$0" --profile profiles/slurm --slurm-no-account "$@" >> "$log" 2>&1';
  return new Deno.Command("bash", {
    args: ["-c", script, snakemake, log, ...targets],
    cwd: folder,
    env: cluster.environment,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
