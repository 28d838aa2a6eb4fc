/**
 * Runs the tests in groups, in several processes at a time: see `testGroups`. The files of a group share one module graph
 * (`tests/load_files.ts`). Types are not checked here, because `deno task check` does.
 */
import { resolve } from "node:path";
import { findLibrary, projectFolder } from "lib/tensorflow/ffi/library.ts";
import { threadVariables } from "lib/tensorflow/ffi/thread_variables.ts";
import { callerFolder } from "./commands/caller_path.ts";
import type { Line } from "./commands/command.ts";
import { testCommand } from "./commands/others.ts";
import { runTask, task } from "./commands/task.ts";
import { coverageFolderPath, coverageTable } from "./test_coverage.ts";
import { testFiles, testGroups } from "./test_files.ts";

const root = projectFolder();
/** Environment on a GPU: full float32 precision for the values that tests compare with, and a fixed order of sums. */
const environment = (): Record<string, string> =>
  findLibrary().gpu ? { NVIDIA_TF32_OVERRIDE: "0", TF_DETERMINISTIC_OPS: "1" } : {};

/** The option of this command that `deno test` has too, with a folder. */
const COVERAGE = "--coverage";

function run(args: string[], stdout: "inherit" | "piped", oneThread = false) {
  return new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...args],
    cwd: root,
    env: { ...environment(), ...(oneThread && threadVariables(1)) },
    stdout,
    stderr: stdout,
  })
    .spawn();
}

/** Resolves the files and folders that the user names from the user's folder. */
function fromCaller(text: string): string {
  const path = resolve(callerFolder(), text);
  try {
    Deno.statSync(path);
    return path;
  } catch {
    return text;
  }
}

/** Writes all bytes, of which a pipe takes a part at a time. */
function writeWhole(to: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

/** Processes at a time. Four keep two cores busy, as a test often waits for another program or computes in one thread. */
const PROCESSES = 4;

/** Arguments that run test files in one module graph. */
const together = (paths: readonly string[]) => ["--no-check", "tests/load_files.ts", "--", ...paths];

/** Runs `deno task test:unit`, and exits with its status. */
export async function testUnits(): Promise<void> {
  const { paths } = testGroups(testFiles(root)).find(({ quick }) => quick)!;
  Deno.exit((await run(together(paths), "inherit").status).code);
}

/** Runs a command line of `deno task test`, and exits with its status. */
export async function test({ rest }: Line): Promise<void> {
  const isMeasured = rest.length === 1 && rest[0] === COVERAGE;
  if (rest.length > 0 && !isMeasured) Deno.exit((await run(rest.map(fromCaller), "inherit").status).code);

  const folder = coverageFolderPath(root);
  if (isMeasured) await Deno.remove(folder, { recursive: true }).catch(() => {});
  const measuring = [`${COVERAGE}=${folder}`, "--coverage-raw-data-only", "--preload=tests/own_coverage.ts"];
  const waiting = testGroups(testFiles(root));
  let sound = true;
  const work = async () => {
    for (let group = waiting.shift(); group; group = waiting.shift()) {
      const options = isMeasured && group.quick ? measuring : [];
      const { stdout, stderr, success, signal } = await run(
        [...options, ...together(group.paths)],
        "piped",
        group.oneThread,
      )
        .output();
      writeWhole(Deno.stdout, stdout);
      writeWhole(Deno.stderr, stderr);
      if (signal) console.error(`The process of these tests ended (${signal}): ${group.paths.join(" ")}`);
      sound &&= success;
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  if (isMeasured) console.log(`\n${await coverageTable(folder, root)}`);
  Deno.exit(sound ? 0 : 1);
}

if (import.meta.main) await runTask(task(testCommand, () => Promise.resolve(test)));
