/**
 * Runs a committed study again, or one run of it, and compares every number: bit for bit on the same kind of processor,
 * threads and library, otherwise within stated tolerances. It fails if a number or a verdict does not hold.
 */
import { join } from "node:path";
import { ConfigError } from "lib";
import { table } from "lib/display";
import { withProgressBar } from "lib/display/progress_bar.ts";
import { count } from "lib/io/count.ts";
import { nearestWord } from "lib/io/nearest_word.ts";
import { projectFolder, readGrid } from "lib/runs";
import { runMachines } from "lib/runs/run_machines.ts";
import { stopSignal } from "lib/runs/stop_signal.ts";
import { PROFILES, readStudy, requireStudy, runProfile, type Study, trainStudyRun, verifyStudy } from "lib/study";
import { holdsAnalysis } from "lib/study/find_study.ts";
import { toleranceSentence } from "lib/study/rounding_spread.ts";
import { type Check, earlierNumerics, unknownInstructions, verifyRun } from "lib/study/verify_study.ts";
import { readStudyMachine, studyAlgorithms } from "lib/study/study_machine.ts";
import type { LineFor } from "./commands/command.ts";
import { loadingOptions } from "./commands/data_options.ts";
import { runTask, task } from "./commands/task.ts";
import { verifyCommand } from "./commands/verify.ts";
import { say } from "./say.ts";
import { studyData } from "./study_data.ts";

type VerifyLine = LineFor<typeof verifyCommand>;

/** The refusal of a folder whose numbers are not new. */
const heldAlready = (folder: string) =>
  new ConfigError(`${folder} is from an earlier rerun: give another folder with --keep, or delete it`);

/** Runs a whole profile again in a folder. */
async function verifyAll(committed: Study, folder: string): Promise<Check[]> {
  const profile = PROFILES.find((each) => each === committed.name);
  if (!profile) {
    const shortest = committed.runs.reduce((a, b) => b.seconds.steps < a.seconds.steps ? b : a);
    throw new ConfigError(
      `${committed.name} has ${committed.runs.length} runs, more than this command trains again: name one of them, such as ` +
        `--run ${shortest.run}`,
    );
  }
  const rerun = join(folder, profile);
  // A rerun that was stopped continues; one that is finished would be compared without training anything.
  if (await holdsAnalysis(rerun)) throw heldAlready(rerun);
  say(`Running ${committed.place} again`);
  // Other algorithms round differently.
  const machine = await readStudyMachine(committed.folder, { acceptWithoutDigest: true });
  await runProfile(profile, rerun, {
    algorithms: machine && studyAlgorithms(committed.folder, machine),
  });
  return verifyStudy(committed, await readStudy(await requireStudy(profile, folder)));
}

/** Trains one run of a study again in a folder. */
async function verifyOne(committed: Study, name: string, folder: string, line: VerifyLine): Promise<Check[]> {
  const record = committed.runs.find(({ run }) => run === name);
  if (!record) {
    const nearest = nearestWord(name, committed.runs.map(({ run }) => run));
    throw new ConfigError(`${committed.name} has no run "${name}": did you mean ${nearest}?`);
  }
  const grid = await readGrid(join(committed.folder, "grid.json"));
  const { data } = line.options, given = await studyData(data, grid, loadingOptions(line));
  const { dataset } = committed.analysis;
  if (given.dataset.fingerprint !== dataset.fingerprint) {
    throw new ConfigError(
      `${committed.name} was trained on the ${dataset.images} images of ${dataset.name}, and ` +
        `${data ?? "the generated data set"} has others: name the study's images with --data`,
    );
  }
  if (given.dataset.name !== dataset.name) {
    throw new ConfigError(
      `The runs of ${committed.name} are named after the data set ${dataset.name}, and ${data} has another name: rename the ` +
        "folder, or link to it",
    );
  }
  const machine = runMachines(record).at(-1)!;
  using stop = stopSignal();
  const { record: rerun, state } = await withProgressBar(name, async (bar) => {
    const job = await trainStudyRun(name, {
      ...given,
      grid,
      // A folder has the threads and the algorithms of one study, and these can differ between runs.
      results: join(folder, committed.name, name),
      algorithms: studyAlgorithms(committed.folder, machine),
      processes: { jobs: 1, threads: machine.threads },
      keepWeights: false,
      signal: stop.signal,
      onProgress: ([{ progress, note }]) => void bar.update(progress, note ?? ""),
    });
    await bar.finish(job.record ? "trained" : job.state);
    return job;
  });
  if (state === "reused") {
    throw heldAlready(join(folder, committed.name, name));
  }
  if (rerun) return [verifyRun(record, rerun)];
  const before = record.scores.model.dice.toFixed(4);
  return [{ quantity: name, before, after: state, tolerance: 0, holds: false, isEqual: false }];
}

/** Runs a command line of `deno task verify`. */
export async function verify(line: VerifyLine): Promise<void> {
  const { options: { keep, run }, arguments: [name = "quick"] } = line;
  const committed = await readStudy(await requireStudy(name, join(projectFolder(), "results/committed")));
  const repeated = { ...committed, runs: committed.runs.filter((record) => !run || record.run === run) };
  const folder = keep ?? await Deno.makeTempDir();
  try {
    const checks = run ? await verifyOne(committed, run, folder, line) : await verifyAll(committed, folder);
    for (const reason of [unknownInstructions(repeated), earlierNumerics(repeated)]) if (reason) say(reason);
    const broken = checks.filter(({ holds }) => !holds);
    const exact = checks.filter(({ tolerance }) => tolerance === 0).length;
    const runs = checks.filter(({ isEqual }) => isEqual !== undefined), same = runs.filter(({ isEqual }) => isEqual);
    say(`\nEqual bit for bit: ${same.length} of ${count(runs.length, "run")}`);
    const compared = count(checks.length, "number or verdict", "numbers and verdicts");
    say(`Do not hold: ${broken.length} of ${compared}, of which ${exact} must be equal`);
    if (runs.some(({ tolerance }) => tolerance > 0)) say(toleranceSentence());
    if (broken.length) {
      say(
        table(
          ["", "committed", "now", "tolerance"],
          broken.map((check) => [check.quantity, check.before, check.after, check.tolerance]),
        ),
      );
      // The exit code is set without exiting, as the temporary folder must still be removed.
      Deno.exitCode = 1;
    }
  } finally {
    if (!keep) await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await runTask(task(verifyCommand, () => Promise.resolve(verify)));
