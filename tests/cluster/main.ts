/**
 * Runs a study by Snakemake on a Slurm cluster that it starts on this computer, and kills jobs, node daemons, Snakemake and
 * the controller at random. Every study must end equal to `deno task study`, bit for bit.
 *
 *     deno task test:cluster [--kills 12] [--small] [--minutes 40] [--seed 1] [--to FOLDER] [--undisturbed FOLDER]
 *                           [--installed]
 *
 * After `--minutes` nothing more is killed, and the study ends. `--undisturbed` names the folder of the study without
 * kills, which is kept for the next call. With `--installed` it is skipped where Snakemake is not installed. The
 * report is written to results/bench, with `--small` to results/cluster.
 */
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exists } from "lib/io/exists.ts";
import { OptionError } from "lib/io/option_error.ts";
import { Random } from "lib/math/random.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { fail } from "../../tasks/fail.ts";
import { studyContent, studyTask, testStudy } from "./cluster_study.ts";
import { type Kind, KINDS } from "./kills.ts";
import { missedKills } from "./missed_kills.ts";
import { timeDryRun, timeFinishedRun } from "./overhead.ts";
import { writeClusterReport } from "./report.ts";
import { runKilled } from "./run_killed.ts";
import { missingProgram, SlurmCluster } from "./slurm_cluster.ts";
import { findSnakemake } from "./snakemake.ts";
import { type LimitedTraining, trainLimited } from "./time_limit.ts";

const NODES = 3;
const FINISHED_RUNS = 1000;

/** Returns why the jobs of a workflow could not start here, if they could not: they set nothing up. */
async function missingSetup(): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder(), "tasks/run.ts"), "setup"],
    env: { SETUP_CHECK_ONLY: "1" },
  }).output();
  return success ? undefined : new TextDecoder().decode(stderr).trim();
}

/** Options of {@linkcode test}. */
interface TestOptions {
  snakemake: string;
  kills: number;
  small: boolean;
  minutes: number;
  seed: number;
  /** Folder of the report. */
  to: string;
  /** Folder of the undisturbed study, which an earlier call may have finished. Default: a temporary one. */
  undisturbed?: string;
}

async function test(options: TestOptions): Promise<boolean> {
  const { snakemake, kills, small, minutes, seed, to } = options;
  const start = Date.now();
  const random = new Random(seed);
  const root = await Deno.makeTempDir({ prefix: "cluster-" });
  const study = await testStudy(small, root);
  const undisturbed = options.undisturbed ?? join(root, "undisturbed");
  if (!await exists(join(undisturbed, "analysis.json"))) {
    console.log("The undisturbed study …");
    await studyTask([...study.options, "--results", undisturbed, "--jobs", "2"]);
  }
  const expected = await studyContent(undisturbed);
  const left = Object.fromEntries(KINDS.map((kind) => [kind, kills])) as Record<Kind, number>;
  const total = { studies: 0, runs: 0, lost: 0, twice: 0, different: 0 };
  const killed = () => Object.fromEntries(KINDS.map((kind) => [kind, kills - left[kind]])) as Record<Kind, number>;
  const folder = join(root, "slurm"), begun = Date.now();
  const isLate = () => Date.now() - begun > 60_000 * minutes;
  await Deno.mkdir(folder);
  let slurm = "", limited: LimitedTraining | undefined;
  {
    // It ends before its folder is removed.
    await using cluster = await SlurmCluster.start(folder, NODES);
    // A test that is stopped leaves no daemons.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => void cluster[Symbol.asyncDispose]().finally(() => Deno.exit(1)));
    }
    slurm = (await cluster.ask("sinfo", "--version")).trim();
    while (total.studies === 0 || Object.values(left).some((n) => n > 0) && !isLate()) {
      const found = await runKilled({
        study,
        expected,
        cluster,
        snakemake,
        random,
        folder: join(root, `killed-${total.studies}`),
        left,
        isLate,
        onProgress: console.log,
      });
      total.studies++;
      total.runs += found.runs;
      total.lost += found.lost.length;
      total.twice += found.twice.length;
      total.different += found.isEqual ? 0 : 1;
      console.log(`study ${total.studies}: ${JSON.stringify({ ...found, kills: killed() })}`);
    }
    if (!small) {
      console.log("A training that is longer than its time limit …");
      limited = await trainLimited({ cluster, snakemake, folder: join(root, "limited") });
    }
  }
  const name = [...Deno.readDirSync(undisturbed)].find((entry) => entry.isDirectory)!.name;
  const version = await new Deno.Command(snakemake, { args: ["--version"] }).output();
  await writeClusterReport(to, {
    study: small ? "small" : "tiny",
    slurm,
    snakemake: new TextDecoder().decode(version.stdout).trim(),
    nodes: NODES,
    ...total,
    ...(limited && { limited }),
    kills: killed(),
    finishedRun: await timeFinishedRun(undisturbed, name),
    dryRun: { runs: FINISHED_RUNS, ...await timeDryRun(snakemake, study, join(root, "many"), FINISHED_RUNS) },
    seed,
    seconds: (Date.now() - start) / 1000,
    load: loadavg()[1],
  });
  console.log(await Deno.readTextFile(join(to, "cluster.md")));
  const missed = missedKills(kills, killed());
  if (missed.length) {
    console.log(`Not killed, so not tested: ${missed.join(", ")}. Give more time with --minutes`);
  }
  if (limited?.stops === 0) console.log("Not tested: the training ended before its time limit. Give it more epochs");
  const passed = total.lost + total.twice + total.different === 0 && limited?.isEqual !== false;
  if (passed) await Deno.remove(root, { recursive: true });
  else console.log(`What differs is in ${root}`);
  return passed;
}

try {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "12" },
      small: { type: "boolean", default: false },
      minutes: { type: "string", default: "40" },
      seed: { type: "string", default: "1" },
      to: { type: "string" },
      undisturbed: { type: "string" },
      installed: { type: "boolean", default: false },
    },
  });
  const [kills, minutes, seed] = [values.kills, values.minutes, values.seed].map(Number);
  if (!Number.isInteger(kills) || kills < 0) {
    throw new OptionError(`--kills is ${values.kills}: give an integer of at least 0`);
  }
  if (!(minutes > 0)) throw new OptionError(`--minutes is ${values.minutes}: give a number above 0`);
  if (!Number.isInteger(seed) || seed < 0) {
    throw new OptionError(`--seed is ${values.seed}: give an integer of at least 0`);
  }
  const missing = await missingProgram();
  if (missing) {
    console.log(
      `test:cluster is skipped: ${missing} is not installed (Debian and Ubuntu: apt install slurm-wlm munge)`,
    );
    Deno.exit(0);
  }
  if (Deno.uid() !== 0) {
    console.log("test:cluster is skipped: Slurm's node daemons need the user root");
    Deno.exit(0);
  }
  const unready = await missingSetup();
  if (unready) {
    console.error(`test:cluster needs the project's set-up: ${unready}`);
    Deno.exit(1);
  }
  const to = values.to ?? join(projectFolder(), "results", values.small ? "cluster" : "bench");
  const snakemake = await findSnakemake(values.installed);
  if (!snakemake) {
    console.log("test:cluster is skipped: Snakemake is not installed (without --installed, the command installs it)");
    Deno.exit(0);
  }
  Deno.exit(
    await test({ snakemake, kills, small: values.small, minutes, seed, to, undisturbed: values.undisturbed }) ? 0 : 1,
  );
} catch (error) {
  fail(error);
}
