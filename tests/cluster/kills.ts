import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "lib/math/random.ts";
import type { SlurmCluster } from "./slurm_cluster.ts";

/** What is killed. */
export const KINDS = ["job", "node daemon", "Snakemake", "controller"] as const;
/** What is killed. */
export type Kind = typeof KINDS[number];

/** Longest time in milliseconds that a killed daemon stays away: longer and shorter than the time limit of a node. */
const AWAY = 20_000;

/** A study on a cluster, whose parts are killed. */
export interface Target {
  cluster: SlurmCluster;
  random: Random;
  killSnakemake(): Promise<void>;
}

/** Chooses one at random. */
export function choose<T>(from: readonly T[], random: Random): T {
  return from[random.integer(from.length)];
}

/** Kills one part of a study on a cluster, and starts a killed daemon again. @returns `false` if there is none to kill. */
export async function kill(kind: Kind, { cluster, random, killSnakemake }: Target): Promise<boolean> {
  switch (kind) {
    case "job": {
      const jobs = (await cluster.ask("squeue", "-h", "-t", "RUNNING", "-o", "%i")).split("\n").filter(Boolean);
      if (!jobs.length) return false;
      await cluster.ask("scancel", "--signal=KILL", choose(jobs, random));
      return true;
    }
    case "node daemon": {
      const node = choose(cluster.nodes, random);
      await cluster.killNode(node);
      await delay(random.next() * AWAY);
      await cluster.startNode(node);
      return true;
    }
    case "controller":
      await cluster.killController();
      await delay(random.next() * AWAY / 2);
      await cluster.startController();
      return true;
    case "Snakemake":
      await killSnakemake();
      return true;
  }
}
