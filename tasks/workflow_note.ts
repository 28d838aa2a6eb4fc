import type { WrittenWorkflow } from "lib/study";
import { count } from "lib/io/count.ts";
import { shellWord } from "lib/io/shell_word.ts";

/** Returns what to do with a workflow that was written. */
export function workflowNote(folder: string, { runs, finished, kept, otherOptions }: WrittenWorkflow): string {
  const done = finished ? `, of which ${finished} ${finished === 1 ? "is" : "are"} finished` : "";
  return [
    `${folder} holds ${count(runs, "run")} as jobs for Snakemake${done}.`,
    ...(kept.length ? [`Kept as you edited them: ${kept.join(", ")}. Delete a file to have it written anew.`] : []),
    ...(otherOptions.length
      ? [
        "The options in config.yaml are not those of this command. Unless you mean that, replace its lines:",
        ...otherOptions.map((line) => `  ${line}`),
      ]
      : []),
    "",
    `  cd ${shellWord(folder)}`,
    "  snakemake --profile profiles/slurm     # or profiles/local",
    "",
    "docs/cluster.md explains set-up, partitions, accounts and GPUs.",
  ].join("\n");
}
