import { printableLines } from "lib/display/printable.ts";
import { onDeviceWarning } from "lib/tensorflow/ffi/device_warning.ts";
import { exitWithoutTeardown } from "lib/tensorflow/ffi/exit_without_teardown.ts";
import { fail } from "../fail.ts";
import { warn } from "../say.ts";
import type { Command, CommandGroup, Line, LineFor } from "./command.ts";
import { chooseCommand, HelpRequest, readLine } from "./read_line.ts";

/** A command or a group of commands, with its implementation. */
export interface Task {
  command: Command | CommandGroup;
  /** The implementation of each command; loading it may open TensorFlow. */
  loads: ReadonlyMap<Command, () => Promise<(line: Line) => Promise<void>>>;
}

/** Combines a command with its implementation. */
export function task<Given extends Command>(
  command: Given,
  load: () => Promise<(line: LineFor<Given>) => Promise<void>>,
): Task {
  // The line was read by this command, so its options have these types.
  return { command, loads: new Map([[command, load as () => Promise<(line: Line) => Promise<void>>]]) };
}

/** Combines a group of commands with their implementations. */
export function taskGroup(group: CommandGroup, tasks: readonly Task[]): Task {
  return { command: group, loads: new Map(tasks.flatMap(({ loads }) => [...loads])) };
}

/**
 * Reads the command line, answers `--help` and mistakes at once, and then runs the command. An error ends the process.
 *
 * @param args arguments after the command's name
 * @param prepare step before the command runs, such as set-up
 */
export async function runTask(
  { command: given, loads }: Task,
  args: readonly string[] = Deno.args,
  prepare?: (command: Command, line: Line) => Promise<void>,
): Promise<void> {
  try {
    onDeviceWarning(warn);
    exitWithoutTeardown();
    const [command, rest] = await chooseCommand(given, args);
    const line = await readLine(command, rest);
    await prepare?.(command, line);
    const work = await loads.get(command)!();
    await work(line);
  } catch (error) {
    if (!(error instanceof HelpRequest)) fail(error);
    console.log(printableLines(error.message.trimEnd()));
  }
}
