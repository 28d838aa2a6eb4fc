import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { exists } from "lib/io/exists.ts";

/** Programs of Slurm and its authentication that a cluster on this computer needs. */
const PROGRAMS = ["slurmctld", "slurmd", "munged", "sbatch", "srun", "squeue", "scancel"];

/** Returns the first program of a Slurm cluster that is not installed, or `undefined` if all are. */
export async function missingProgram(): Promise<string | undefined> {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"];
  for (const program of PROGRAMS) {
    const found = await Promise.all(folders.map((folder) => exists(join(folder, program))));
    if (!found.includes(true)) return program;
  }
}

/** First port of the daemons. All clusters of this test use it, so that one runs at a time. */
const PORT = 27_800;

/** Seconds without an answer from which a node counts as down, when the controller next looks at it. */
const NODE_TIMEOUT = 10;

/** A controller and some node daemons on this computer, without cgroups and without accounting. */
export class SlurmCluster implements AsyncDisposable {
  readonly nodes: readonly string[];
  readonly #folder: string;

  private constructor(folder: string, nodes: number) {
    this.#folder = folder;
    this.nodes = Array.from({ length: nodes }, (_, i) => `node${i + 1}`);
  }

  /**
   * Starts a cluster, and waits until its nodes answer.
   *
   * @param folder an empty folder for its files; its path is short, as sockets' names are limited
   * @param nodes number of nodes, each with one core
   */
  static async start(folder: string, nodes: number): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(folder, nodes);
    await cluster.#write(nodes);
    try {
      await cluster.#run("munged", [
        "--force",
        `--key-file=${folder}/munge.key`,
        `--socket=${folder}/munge.socket`,
        `--pid-file=${folder}/munged.pid`,
        `--log-file=${folder}/munged.log`,
        `--seed-file=${folder}/munged.seed`,
      ]);
      await cluster.startController();
      for (const node of cluster.nodes) await cluster.startNode(node);
      for (let i = 0; !/idle/.test(await cluster.ask("sinfo", "-h", "-o", "%T")); i++) {
        if (i === 60) throw new Error(`The nodes do not answer: see the logs in ${folder}`);
        await delay(500);
      }
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Variables with which Slurm's commands find this cluster. */
  get environment(): Record<string, string> {
    const path = Deno.env.get("PATH") ?? "";
    return { SLURM_CONF: join(this.#folder, "slurm.conf"), PATH: `${this.#folder}/bin:${path}:/usr/sbin` };
  }

  async #write(count: number): Promise<void> {
    const folder = this.#folder, host = Deno.hostname();
    for (const name of ["state", "bin", ...this.nodes]) await Deno.mkdir(join(folder, name), { recursive: true });
    const key = crypto.getRandomValues(new Uint8Array(1024));
    await Deno.writeFile(join(folder, "munge.key"), key, { mode: 0o600 });
    // Snakemake's plugin removes SLURM_CONF from a job's environment. Clusters have their file where srun looks for it.
    const srun = `#!/bin/sh\nSLURM_CONF=${folder}/slurm.conf exec /usr/bin/srun "$@"\n`;
    await Deno.writeTextFile(join(folder, "bin/srun"), srun, { mode: 0o755 });
    await Deno.writeTextFile(
      join(folder, "slurm.conf"),
      [
        "ClusterName=test",
        `SlurmctldHost=${host}(127.0.0.1)`,
        `SlurmctldPort=${PORT}`,
        "AuthType=auth/munge",
        `AuthInfo=socket=${folder}/munge.socket`,
        "SlurmUser=root",
        "SlurmdUser=root",
        "ProctrackType=proctrack/linuxproc",
        "TaskPlugin=task/none",
        "JobAcctGatherType=jobacct_gather/none",
        "AccountingStorageType=accounting_storage/none",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_Core_Memory",
        "MpiDefault=none",
        "ReturnToService=2",
        `SlurmdTimeout=${NODE_TIMEOUT}`,
        "KillWait=20",
        // squeue shows a job's end for a day.
        "MinJobAge=86400",
        `StateSaveLocation=${folder}/state`,
        `SlurmdSpoolDir=${folder}/%n`,
        `SlurmctldPidFile=${folder}/slurmctld.pid`,
        `SlurmdPidFile=${folder}/%n.pid`,
        `SlurmctldLogFile=${folder}/slurmctld.log`,
        `SlurmdLogFile=${folder}/%n.log`,
        ...this.nodes.map((node, i) =>
          `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${PORT + 1 + i} CPUs=1 RealMemory=${
            Math.floor(Deno.systemMemoryInfo().total / 2 ** 20 / count)
          }`
        ),
        `PartitionName=main Nodes=${this.nodes.join(",")} Default=YES MaxTime=120 State=UP`,
        "",
      ].join("\n"),
    );
  }

  async #run(program: string, args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command(program, { args, env: this.environment }).output();
    const text = new TextDecoder();
    if (!success) throw new Error(`${program} failed: ${text.decode(stderr).trim()}`);
    return text.decode(stdout);
  }

  /** Runs one of Slurm's commands, and returns what it wrote. It is empty while the controller does not answer. */
  async ask(program: string, ...args: string[]): Promise<string> {
    return await this.#run(program, args).catch(() => "");
  }

  /** Starts the controller, which reads its state of before, and waits until it answers. */
  async startController(): Promise<void> {
    // The port of a killed controller may be in use for a moment, and the new one ends then.
    for (let tries = 0; tries < 10; tries++) {
      await this.#run("slurmctld", []);
      for (let i = 0; i < 20; i++) {
        await delay(500);
        if (/is UP/.test(await this.ask("scontrol", "ping"))) return;
        if (!await this.#isAlive("slurmctld")) break;
      }
    }
    throw new Error(`The controller does not answer: see ${this.#folder}/slurmctld.log`);
  }

  /** Starts the daemon of a node. */
  async startNode(node: string): Promise<void> {
    await this.#run("slurmd", ["-N", node]);
  }

  /** Kills the controller at once. */
  async killController(): Promise<void> {
    await this.#kill("slurmctld", "SIGKILL");
  }

  /** Kills the daemon of a node at once. Its jobs go on. */
  async killNode(node: string): Promise<void> {
    await this.#kill(node, "SIGKILL");
  }

  /** Returns the process of a daemon, which its file names. */
  async #pid(name: string): Promise<number> {
    return Number(await Deno.readTextFile(join(this.#folder, `${name}.pid`)).catch(() => ""));
  }

  /** Returns whether a daemon runs. A process that has ended, but that the system still lists, has no command line. */
  async #isAlive(name: string): Promise<boolean> {
    const pid = await this.#pid(name);
    return pid > 0 && await Deno.readTextFile(`/proc/${pid}/cmdline`).then((text) => text !== "", () => false);
  }

  /** Ends a daemon of this cluster. */
  async #kill(name: string, signal: Deno.Signal): Promise<void> {
    if (!await this.#isAlive(name)) return;
    Deno.kill(await this.#pid(name), signal);
    for (let i = 0; i < 100 && await this.#isAlive(name); i++) await delay(100);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask("scancel", "--user=root");
    await delay(3000);
    for (const name of [...this.nodes, "slurmctld", "munged"]) await this.#kill(name, "SIGTERM");
    await this.#killJobs();
  }

  /** Ends the processes of jobs whose node daemon was killed: nobody else does. They know this cluster's configuration. */
  async #killJobs(): Promise<void> {
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
      const environment = await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "");
      if (!environment.includes(`${this.#folder}/bin:`)) continue;
      try {
        Deno.kill(Number(name), "SIGKILL");
      } catch {
        // It has ended already.
      }
    }
  }
}
