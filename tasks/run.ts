/**
 * Runs one of the project's commands. It reads the command line, sets up missing parts, and runs the command. It prints
 * the usage and reports mistakes before set-up.
 *
 *     deno run -A tasks/run.ts NAME [options]
 */
import { preloadLibrary } from "lib/tensorflow/ffi/preload_library.ts";
import type { Command, Line } from "./commands/command.ts";
import { checkDataCommand, dataCommands, fetchDataCommand } from "./commands/data.ts";
import { unknownWord } from "./commands/explain_refusal.ts";
import { exportModelCommand } from "./commands/export.ts";
import { notebookCommand } from "./commands/notebook.ts";
import { benchCommand, labCommand, setupCommand, testCommand, unitTestCommand } from "./commands/others.ts";
import { predictCommand } from "./commands/predict.ts";
import { reportCommand } from "./commands/report.ts";
import { studyCommand } from "./commands/study.ts";
import { runCommand } from "./commands/run.ts";
import { runTask, type Task, task, taskGroup } from "./commands/task.ts";
import { trainCommand } from "./commands/train.ts";
import { verifyCommand } from "./commands/verify.ts";
import { exportCommand, importCommand, pretrainedCommand, weightsCommands } from "./commands/weights.ts";
import { warn } from "./say.ts";

/** All commands. An implementation is loaded only when it runs. */
export const TASKS: readonly Task[] = [
  task(setupCommand, async () => (await import("./setup.ts")).runSetup),
  task(studyCommand, async () => (await import("./study.ts")).study),
  task(runCommand, async () => (await import("./run_one.ts")).runOne),
  task(reportCommand, async () => (await import("./report.ts")).report),
  task(verifyCommand, async () => (await import("./verify.ts")).verify),
  task(trainCommand, async () => (await import("./train.ts")).train),
  taskGroup(dataCommands, [
    task(checkDataCommand, async () => (await import("./data.ts")).checkData),
    task(fetchDataCommand, async () => (await import("./data.ts")).fetchData),
  ]),
  task(predictCommand, async () => {
    // The library and the modules are loaded at the same time.
    preloadLibrary();
    return (await import("./predict.ts")).predict;
  }),
  task(exportModelCommand, async () => (await import("./export.ts")).exportModel),
  taskGroup(weightsCommands, [
    task(pretrainedCommand, async () => (await import("./weights.ts")).fetchWeights),
    task(importCommand, async () => (await import("./weights.ts")).importWeights),
    task(exportCommand, async () => (await import("./weights.ts")).exportWeights),
  ]),
  task(labCommand, async () => (await import("./lab.ts")).lab),
  task(notebookCommand, async () => (await import("./notebook.ts")).notebook),
  task(testCommand, async () => (await import("./test.ts")).test),
  task(unitTestCommand, async () => (await import("./test.ts")).testUnits),
  task(benchCommand, async () => (await import("./bench.ts")).bench),
];

/** Sets up the missing parts that a command needs. */
async function prepare(command: Command, line: Line): Promise<void> {
  if (command.name === "setup") return;
  const { setup } = await import("./setup.ts");
  const problem = await setup({ notebooks: command.notebooks?.(line) ?? false });
  if (problem === undefined) return;
  warn(problem);
  Deno.exit(1);
}

if (import.meta.main) {
  const [name, ...args] = Deno.args;
  const found = TASKS.find(({ command }) => command.name === name);
  if (found) await runTask(found, args, prepare);
  else {
    warn(unknownWord("deno task", name, TASKS.map(({ command }) => command.name)));
    Deno.exit(1);
  }
}
