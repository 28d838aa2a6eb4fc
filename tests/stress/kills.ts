/**
 * Kills a training, and a study with two processes, at random moments and restarts them, until the number of kills is
 * reached. The results must equal those of an undisturbed run bit for bit, without leftover files.
 *
 *     deno run -A tests/stress/kills.ts [--count 100] [--studies 40] [--seed 1]
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type PartialTrainingConfig, readRun, type RunRecord } from "lib";
import { projectFolder } from "lib/runs";
import { readAnalysis, readRuns } from "lib/study";
import { Random } from "lib/math/random.ts";

/** Options of {@linkcode run}. */
export interface KillOptions {
  /** Number of kills of a training. */
  count: number;
  /** Number of kills of a study. Default: two for every five of a training. */
  studies?: number;
  seed: number;
  onProgress?: (done: number) => void;
}

/** The counts and notes of a check. */
interface Tally {
  counts: Record<"kills" | "runs" | "different" | "lost" | "leftovers", number>;
  notes: string[];
}

/** Restarts and kills a process until `enough`. */
interface Victim {
  start(folder: string): Deno.ChildProcess;
  /** Returns the contents of a finished folder, without times and dates. */
  result(folder: string): Promise<string>;
  /** Waits until no process works on the folder. */
  settled?(folder: string): Promise<void>;
}

const smallest = {
  encoder: "mobilenet_v2",
  cropSize: 64,
  batchSize: 2,
  warmupSteps: 1,
} as const satisfies PartialTrainingConfig;

/** Returns the part of a run that must be equal: its numbers, and the digests of the weights and maps that it kept. */
function recordedNumbers(
  { run, stepLosses, gradientNorms, history, imageDice, testDice, tuned, maps }: RunRecord,
): unknown {
  return { run, stepLosses, gradientNorms, history, imageDice, testDice, tuned, maps };
}

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    found.push(name, ...(isDirectory ? (await names(join(folder, name))).map((inside) => `${name}/${inside}`) : []));
  }
  return found.sort();
}

const training: Victim = {
  start: (folder) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        fileURLToPath(new URL("./killed_training.ts", import.meta.url)),
        folder,
        JSON.stringify({ ...smallest, architecture: "unet", epochs: 4, checkpointMinutes: 1e-6 }),
      ],
      stdout: "piped",
      stderr: "inherit",
    }).spawn(),
  async result(folder) {
    const [run] = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => join(folder, name));
    const digests: Record<string, string> = {};
    for (const name of ["best.safetensors", "model.safetensors"]) {
      digests[name] = createHash("sha256").update(await Deno.readFile(join(run, name))).digest("hex");
    }
    return JSON.stringify([recordedNumbers((await readRun(run))!), digests]);
  },
};

const grid = {
  config: { ...smallest, folds: 2, testShare: 0.5, epochs: 2, selection: "last", checkpointMinutes: 1e-6 },
  blocks: [{ folds: [0, 1], architectures: ["pspnet"] }],
};

const study: Victim = {
  start(folder) {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(join(folder, "asked.json"), JSON.stringify(grid));
    const study = join(projectFolder(), "tasks/study.ts");
    const options = ["--grid", join(folder, "asked.json"), "--results", folder, "--jobs", "2"];
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", study, ...options],
      stdout: "piped",
      stderr: "null",
    }).spawn();
  },
  async result(folder) {
    // Times of training and fitting differ between runs.
    const untimed = (key: string, value: unknown) => /seconds$/i.test(key) ? undefined : value;
    return JSON.stringify([(await readRuns(folder)).map(recordedNumbers), await readAnalysis(folder)], untimed);
  },
  async settled(folder) {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory) continue;
      using file = await Deno.open(join(folder, name, "lock"), { write: true }).catch(() => undefined);
      await file?.lock(true);
    }
  },
};

/** Returns the child processes of a process, if the system reports them. */
async function children(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Runs a process for a limited time. @returns its output, and whether it ended by itself */
async function sitting(
  child: Deno.ChildProcess,
  milliseconds: number,
  withChildren: boolean,
): Promise<{ text: string; ended: boolean; success: boolean }> {
  let ended = true;
  const timer = setTimeout(async () => {
    ended = false;
    const all = withChildren ? await children(child.pid) : [];
    for (const pid of [child.pid, ...all]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }, milliseconds);
  const { success, stdout } = await child.output();
  clearTimeout(timer);
  // The process may have ended at the moment of the kill.
  return { text: new TextDecoder().decode(stdout), ended: ended || success, success };
}

async function killAgainAndAgain(
  victim: Victim,
  kills: number,
  random: Random,
  onKill: () => void,
): Promise<Tally> {
  const root = await Deno.makeTempDir();
  const tally: Tally = { counts: { kills: 0, runs: 0, different: 0, lost: 0, leftovers: 0 }, notes: [] };
  try {
    const undisturbed = join(root, "undisturbed"), start = Date.now();
    const first = await sitting(victim.start(undisturbed), 2 ** 31 - 1, false);
    if (!first.success) throw new Error(`The undisturbed run failed: ${first.text.slice(-500)}`);
    const length = Date.now() - start;
    const expected = await victim.result(undisturbed);
    const files = (await names(undisturbed)).filter((name) => !/runs-.*csv$/.test(name)).join("\n");
    for (let i = 0; tally.counts.kills < kills || i === 0; i++) {
      const folder = join(root, `killed-${i}`);
      const said: string[] = [];
      // A run that is always killed would never end, so its last attempts are not killed.
      for (let tries = 0;; tries++) {
        const patience = tally.counts.kills < kills && tries < 30 ? random.next() * 1.1 * length : 2 ** 31 - 1;
        const { text, ended, success } = await sitting(victim.start(folder), patience, random.next() < 0.5);
        said.push(text);
        if (ended) {
          if (!success) throw new Error(`The run failed after ${tries} kills: ${text.slice(-500)}`);
          break;
        }
        tally.counts.kills++;
        onKill();
        await victim.settled?.(folder);
      }
      tally.counts.runs++;
      const warnings = said.flatMap((text) => text.split("\n").filter((line) => line.startsWith("warning")));
      tally.counts.lost += warnings.length;
      tally.notes.push(...warnings);
      if (await victim.result(folder) !== expected) {
        tally.counts.different++;
        tally.notes.push(`run ${i} differs from the undisturbed one`);
      }
      const left = (await names(folder)).filter((name) =>
        !files.split("\n").includes(name) && !/runs-.*csv$/.test(name)
      );
      tally.counts.leftovers += left.length;
      tally.notes.push(...left.map((name) => `run ${i} left ${name}`));
      await Deno.remove(folder, { recursive: true });
    }
    return tally;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Runs the check for `deno task test:stress`. */
export async function run(
  { count, studies = Math.round(0.4 * count), seed, onProgress }: KillOptions,
): Promise<{ name: string; bar: string; passed: boolean; counts: Record<string, number>; notes: string[] }> {
  const random = new Random(seed);
  let done = 0;
  const onKill = () => onProgress?.(Math.min(1, ++done / (count + studies)));
  const trainings = await killAgainAndAgain(training, count, random, onKill);
  const grids = studies ? await killAgainAndAgain(study, studies, random, onKill) : undefined;
  const named = (what: string, tally?: Tally) =>
    Object.entries(tally?.counts ?? {}).map(([name, value]) => [`${what} ${name}`, value] as const);
  const counts: Record<string, number> = Object.fromEntries([
    ...named("training", trainings),
    ...named("study", grids),
  ]);
  const failed = Object.entries(counts).some(([name, value]) => /different|lost|leftovers/.test(name) && value > 0);
  return {
    name: "kills",
    bar: "A killed training or study ends equal to an undisturbed one bit for bit, and leaves no file over",
    passed: !failed,
    counts,
    notes: [...trainings.notes, ...(grids?.notes ?? [])].slice(0, 20),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "100" },
      studies: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const report = await run({
    count: Number(values.count),
    studies: values.studies === undefined ? undefined : Number(values.studies),
    seed: Number(values.seed),
  });
  console.log(JSON.stringify(report, null, 1));
  Deno.exit(report.passed ? 0 : 1);
}
