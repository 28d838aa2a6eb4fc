import { printableLines } from "lib/display/printable.ts";
import { fail } from "../fail.ts";
import type { Command, CommandGroup, Line, LineFor } from "./command.ts";
import { chooseCommand, HelpRequest, readLine } from "./read_line.ts";

/** A command, or some that share their first word, with what they do. */
export interface Task {
  command: Command | CommandGroup;
  /** The work of each command; loading it may open TensorFlow. */
  loads: ReadonlyMap<Command, () => Promise<(line: Line) => Promise<void>>>;
}

/** Joins a command with what does it. */
export function task<Given extends Command>(
  command: Given,
  load: () => Promise<(line: LineFor<Given>) => Promise<void>>,
): Task {
  // The line is read by this very command: its options have these types.
  return { command, loads: new Map([[command, load as () => Promise<(line: Line) => Promise<void>>]]) };
}

/** Joins a group of commands with what does them. */
export function taskGroup(group: CommandGroup, tasks: readonly Task[]): Task {
  return { command: group, loads: new Map(tasks.flatMap(({ loads }) => [...loads])) };
}

/**
 * Reads the command line, and answers `--help` and mistakes at once; then does the work. An error ends the process.
 *
 * @param args after the command's name
 * @param prepare what comes between, such as set-up
 */
export async function runTask(
  { command: given, loads }: Task,
  args: readonly string[] = Deno.args,
  prepare?: (line: Line) => Promise<void>,
): Promise<void> {
  try {
    const [command, rest] = await chooseCommand(given, args);
    const line = await readLine(command, rest);
    await prepare?.(line);
    const work = await loads.get(command)!();
    await work(line);
  } catch (error) {
    if (!(error instanceof HelpRequest)) fail(error);
    console.log(printableLines(error.message.trimEnd()));
  }
}
