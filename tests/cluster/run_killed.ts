import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "lib/math/random.ts";
import { lostRuns, Publications, studyContent, studyTask, type TestStudy, workflowRuns } from "./cluster_study.ts";
import { choose, kill, type Kind, KINDS } from "./kills.ts";
import type { SlurmCluster } from "./slurm_cluster.ts";
import { editWorkflow, startSnakemake } from "./snakemake.ts";

/** Options of {@linkcode runKilled}. */
export interface KilledOptions {
  study: TestStudy;
  /** Content of the undisturbed study. */
  expected: string;
  cluster: SlurmCluster;
  snakemake: string;
  random: Random;
  /** An empty folder. */
  folder: string;
  /** Kills that are left, by kind; this call reduces them. */
  left: Record<Kind, number>;
  /** Returns whether to stop killing, and to let the study end. */
  isLate(): boolean;
  onProgress?: (text: string) => void;
}

/** How a killed study ended. */
export interface KilledStudy {
  runs: number;
  lost: string[];
  twice: string[];
  isEqual: boolean;
}

/** Longest time between two kills, in milliseconds. */
const PAUSE = 20_000;

/** Runs a study by Snakemake on a cluster, and kills its parts until it ends. */
export async function runKilled(options: KilledOptions): Promise<KilledStudy> {
  const { study, expected, cluster, snakemake, random, folder, left, isLate, onProgress } = options;
  const results = join(folder, "results"), workflow = join(folder, "jobs"), log = join(folder, "snakemake.log");
  await studyTask([...study.options, "--results", results, "--workflow", workflow]);
  const total = Object.values(left).reduce((sum, n) => sum + n, 0);
  await editWorkflow(workflow, total + 5);
  const runs = await workflowRuns(workflow);
  using publications = new Publications(results, runs);
  let child = startSnakemake(snakemake, workflow, cluster, log);
  let failures = 0;
  const killSnakemake = async () => {
    child.kill("SIGKILL");
    await child.status;
    child = startSnakemake(snakemake, workflow, cluster, log);
  };
  while (true) {
    const pause = 3000 + random.next() * PAUSE;
    const ended = await Promise.race([child.status, delay(pause)]);
    if (ended?.success) break;
    if (ended) {
      // Snakemake ends with an error if the controller takes no job while it is away. A user starts it again.
      if (++failures > 10) throw new Error(`Snakemake failed ${failures} times: see ${log}`);
      child = startSnakemake(snakemake, workflow, cluster, log);
      continue;
    }
    const open = isLate() ? [] : KINDS.filter((kind) => left[kind] > 0);
    if (!open.length) continue;
    const kind = choose(open, random);
    if (!await kill(kind, { cluster, random, killSnakemake })) continue;
    left[kind]--;
    onProgress?.(
      `killed: ${kind}; ${runs.length - (await lostRuns(results, runs)).length} of ${runs.length} runs done`,
    );
  }
  return {
    runs: runs.length,
    lost: await lostRuns(results, runs),
    twice: publications.twice(),
    isEqual: await studyContent(results) === expected,
  };
}
