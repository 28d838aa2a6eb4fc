import { dirname } from "node:path";
import { shellWord } from "../../io/shell_word.ts";
import type { DataSource } from "../../runs/grid/process_messages.ts";
import { sourceOptions } from "../source_options.ts";

/** The values of a workflow that its files name. */
export interface WorkflowValues {
  /** Absolute path of the Deno program. A job calls it, as `npx` would ask the network for it. */
  deno: string;
  /** Absolute path of the project. */
  project: string;
  /** Absolute path of the study's grid. */
  grid: string;
  /** Absolute path of the study's folder. */
  results: string;
  source: DataSource;
  keepWeights: boolean;
  /** Whether the analysis accepts data that the check before a training refuses. A job of one run checks no data. */
  force?: boolean;
  /** Whether the jobs accept files of earlier versions, which have no digest. */
  acceptWithoutDigest?: boolean;
  /** Threads of each run. */
  threads: number;
  /** GPUs of each run, 0 or 1. */
  gpus: number;
  /** Time limit of the predictions of a run. */
  predictionsMinutes: number;
  analysis: {
    /** In MB. */
    memory: number;
    /** Time limit. */
    minutes: number;
    /** Names of the parts that are jobs of their own. */
    parts: readonly string[];
  };
  /** Memory of this computer in MB. */
  memory: number;
}

/** Reads a file of the folder `templates`. */
async function template(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`./templates/${name}`, import.meta.url));
}

/** Formats the configuration that the Snakefile reads. A text in JSON is a text in YAML. */
function configText(values: WorkflowValues): string {
  const { deno, project, grid, results, source, keepWeights, force, threads, gpus, predictionsMinutes, analysis } =
    values;
  const earlier = values.acceptWithoutDigest ? ["--accept-earlier"] : [];
  const options = [
    "--grid",
    shellWord(grid),
    "--results",
    shellWord(results),
    ...sourceOptions(source),
    ...earlier,
  ];
  const weights = keepWeights ? [] : ["--discard-weights"];
  return [
    "# Folders as the nodes see them.",
    `deno: ${JSON.stringify(deno)}`,
    `project: ${JSON.stringify(project)}`,
    `results: ${JSON.stringify(results)}`,
    "# Options of every job that reads the data, and more of a run, of the analysis and of the report.",
    `study: ${JSON.stringify(options.join(" "))}`,
    `run: ${JSON.stringify(weights.join(" "))}`,
    `analysis: ${JSON.stringify([...weights, ...(force ? ["--force"] : [])].join(" "))}`,
    `report: ${JSON.stringify(earlier.join(" "))}`,
    "",
    "# Threads of a run. The first run records them in study.json, and all others use the same number: results depend on it.",
    `threads: ${threads}`,
    "# 1 where the nodes have GPUs. Set-up is then deno task setup --gpu.",
    `gpus_per_run: ${gpus}`,
    "",
    "# The most memory (MB) that a node has: a repetition asks for up to three times as much as the first try, but for no more than this.",
    "# max_mem_mb: 250000",
    "",
    "# Minutes for the predictions of a trained run. The limit of a job that trains and predicts is the sum of both.",
    `predictions_minutes: ${predictionsMinutes}`,
    "",
    "# Parts of the analysis that are jobs of their own. Its own job computes the others.",
    `parts: ${JSON.stringify(analysis.parts)}`,
    "analysis_threads: 2",
    `analysis_mem_mb: ${analysis.memory}`,
    "# Time limit of the analysis, and of each of those parts.",
    `analysis_minutes: ${analysis.minutes}`,
    "",
  ].join("\n");
}

/** The lines of a configuration that follow from the command that wrote it. */
const OPTION_LINES = /^(?:study|run|analysis|report|parts): .*$/gm;

/**
 * Returns the lines with options that a configuration, which a user may have edited, has not as a new one has.
 *
 * @param config the configuration as it is
 * @param wanted the configuration that this call would write
 */
export function otherOptions(config: string, wanted: string): string[] {
  const present = new Set(config.match(OPTION_LINES));
  return (wanted.match(OPTION_LINES) ?? []).filter((line) => !present.has(line));
}

/**
 * Returns the files of a workflow that a user edits, by their paths in its folder: the Snakefile, its configuration, its
 * profiles, and a page about them.
 */
export async function workflowFiles(values: WorkflowValues): Promise<Record<string, string>> {
  return {
    "Snakefile": await template("Snakefile"),
    "config.yaml": configText(values),
    "profiles/slurm/config.yaml": await template("slurm.yaml"),
    "profiles/kubernetes/config.yaml": (await template("kubernetes.yaml")).replace(
      "@FOLDER@",
      () => JSON.stringify(dirname(values.grid)),
    ),
    "profiles/local/config.yaml": (await template("local.yaml")).replace("@MEMORY@", String(values.memory)),
    "README.md": await template("README.md"),
  };
}
