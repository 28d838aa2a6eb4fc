import { join } from "node:path";
import { count } from "lib/io/count.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { type Kind, KINDS } from "./kills.ts";
import type { CommandTime } from "./overhead.ts";
import type { LimitedTraining } from "./time_limit.ts";

/** What the test of a cluster found. */
export interface ClusterReport {
  study: "tiny" | "small";
  slurm: string;
  snakemake: string;
  nodes: number;
  studies: number;
  runs: number;
  kills: Record<Kind, number>;
  lost: number;
  twice: number;
  different: number;
  /** A training that is longer than its time limit; absent in the small test. */
  limited?: LimitedTraining;
  /** Both commands of a job whose run is finished. */
  finishedRun: CommandTime;
  /** `snakemake -n` over this number of finished runs. */
  dryRun: CommandTime & { runs: number };
  seed: number;
  seconds: number;
  /** Load of the computer at the end: processes that wait for a core, averaged over 5 minutes. */
  load: number;
}

/** Formats the report as a page. */
export function clusterMarkdown(report: ClusterReport): string {
  const { processor, deno, tensorflow, date } = provenance();
  const { study, slurm, snakemake, nodes, studies, runs, kills, lost, twice, different, limited, seed, seconds, load } =
    report;
  const time = ({ wall, cpu }: CommandTime) =>
    `${cpu.toFixed(1)} s of the processor, ${wall.toFixed(1)} s by the clock`;
  const articles: Record<Kind, string> = {
    job: "a job",
    "node daemon": "a node daemon",
    Snakemake: "Snakemake",
    controller: "the controller",
  };
  const killed = KINDS.map((kind) => `${kills[kind]} of ${articles[kind]}`).join(", ");
  return [
    "# A study on a cluster, whose parts are killed",
    "",
    `Made by \`deno task test:cluster\`: ${slurm} with ${nodes} node daemons on one computer, Snakemake ${snakemake}, and the ` +
    `study ${study}, ${studies === 1 ? "once" : `${studies} times`}.`,
    "",
    "| what | result |",
    "|---|---|",
    `| kills | ${killed} |`,
    `| runs | ${runs} |`,
    `| runs lost | ${lost} |`,
    `| runs published twice | ${twice} |`,
    `| studies that differ from \`deno task study\` (every run and the analysis, without times) | ${different} |`,
    ...(limited
      ? [
        `| a training that Slurm's time limit stopped ${count(limited.stops, "time")}, and one without a limit | ${
          limited.isEqual ? "equal" : "**differ**"
        } |`,
      ]
      : []),
    `| both commands of a job whose run is finished (training, predictions) | ${time(report.finishedRun)} |`,
    `| \`snakemake -n\` over ${report.dryRun.runs} finished runs | ${time(report.dryRun)} |`,
    "",
    `${date}, ${processor}, ${navigator.hardwareConcurrency} cores with a load of ${
      load.toFixed(0)
    }, Deno ${deno}, TensorFlow ` +
    `${tensorflow}, seed ${seed}, ${Math.round(seconds / 60)} min.`,
    "",
  ].join("\n");
}

/** Writes `cluster.json` and `cluster.md`. */
export async function writeClusterReport(folder: string, report: ClusterReport): Promise<void> {
  await replaceText(
    join(folder, "cluster.json"),
    JSON.stringify({ ...report, provenance: provenance() }, null, 1) + "\n",
  );
  await replaceText(join(folder, "cluster.md"), clusterMarkdown(report));
}
