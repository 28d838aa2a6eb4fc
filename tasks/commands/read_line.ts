import { Command as Parser, CommanderError, Option as ParserOption } from "commander";
import { ConfigError } from "lib/train/config_error.ts";
import { callerPath } from "./caller_path.ts";
import type { Command, CommandGroup, LineFor, Option } from "./command.ts";
import { explainRefusal } from "./explain_refusal.ts";

/** Thrown for a request of the usage, which is the message. */
export class HelpRequest extends Error {
  override readonly name = "HelpRequest";
}

function newParser(name: string, about: string): Parser {
  return new Parser(`deno task ${name}`)
    .description(about)
    .helpOption("-h, --help", "show this usage")
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, getOutHelpWidth: () => 110 });
}

function parserOption(name: string, { value, short, about, shown }: Option): ParserOption {
  const flags = `${short ? `-${short}, ` : ""}--${name}${value ? ` <${value}>` : ""}`;
  return new ParserOption(flags, shown ? `${about} (default: ${shown})` : about)
    .argParser((text: string, before: string[] = []) => [...before, text]);
}

/** Throws if an option is used as another's value, which the parser would accept: `--data --force`. */
function refuseOptionAsValue(command: Command, args: readonly string[]): void {
  const spelt = (name: string, { short, earlier }: Option) => [
    `--${name}`,
    ...(earlier ? [`--${earlier}`] : []),
    ...(short ? [`-${short}`] : []),
  ];
  const options = Object.entries(command.options);
  const all = ["--help", ...options.flatMap(([name, option]) => spelt(name, option))];
  for (const [name, option] of options) {
    if (!option.value) continue;
    const at = args.findIndex((arg, i) => spelt(name, option).includes(arg) && all.includes(args[i + 1]));
    if (at >= 0) {
      throw new ConfigError(
        `${args[at]} needs a value, ${option.value}: deno task ${command.name} --help shows the usage.`,
      );
    }
  }
}

/** Makes the parser of a command. */
function parserFor(command: Command): Parser {
  const parser = newParser(command.name, command.about);
  for (const { name, about, optional, several } of command.arguments ?? []) {
    const shown = several ? `${name}...` : name;
    parser.argument(optional ? `[${shown}]` : `<${shown}>`, about);
  }
  for (const [name, option] of Object.entries(command.options)) {
    parser.addOption(parserOption(name, option));
    if (option.earlier) parser.addOption(parserOption(option.earlier, { ...option, short: undefined }).hideHelp());
  }
  if (command.passesTo) parser.allowUnknownOption().allowExcessArguments();
  return parser;
}

/** Returns the usage of a command: its options with their defaults, and an example. */
export async function usage(command: Command | CommandGroup): Promise<string> {
  if ("commands" in command) {
    const parser = newParser(command.name, command.about).usage("COMMAND [options]");
    for (const { name, about } of command.commands) {
      parser.addCommand(new Parser(name.slice(command.name.length + 1)).description(about).helpOption(false));
    }
    const [first] = command.commands;
    return `${parser.helpCommand(false).helpInformation()}\nExample:\n  ${first.example}\n`;
  }
  const more = await command.more?.();
  const passing = command.passesTo ? `\nAll other options go to ${command.passesTo}.\n` : "";
  return `${parserFor(command).helpInformation()}${passing}${
    more ? `\n${more}\n` : ""
  }\nExample:\n  ${command.example}\n`;
}

/** Returns all values given to an option, by its name or its earlier one. */
function givenTo(parser: Parser, name: string, { earlier, value }: Option): string[] {
  const values = [name, ...(earlier ? [earlier] : [])].flatMap((each) => {
    const key = new ParserOption(`--${each}`).attributeName();
    const found: unknown = parser.opts()[key];
    return found === undefined ? [] : Array.isArray(found) ? found.map(String) : [""];
  });
  return value ? values : values.map(() => "");
}

/**
 * Reads a command line.
 *
 * @throws {HelpRequest} if the usage is requested.
 * @throws {ConfigError} for an invalid command line; the message suggests the nearest valid name.
 */
export async function readLine<Given extends Command>(
  command: Given,
  args: readonly string[],
): Promise<LineFor<Given>> {
  const parser = parserFor(command);
  if (!command.passesTo && !args.includes("--help")) refuseOptionAsValue(command, args);
  try {
    parser.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") throw new HelpRequest(await usage(command));
    throw new ConfigError(await explainRefusal(command, error, args, parser.args));
  }
  const values = Object.entries(command.options).map(([name, option]) => [
    name,
    option.read(givenTo(parser, name, option), option.short ? `-${option.short}` : `--${name}`),
  ]);
  const paths = (command.arguments ?? []).map(({ path = false }) => path);
  const line = {
    command: command.name,
    options: Object.fromEntries(values),
    arguments: command.passesTo
      ? []
      : parser.args.map((text, i) => paths[Math.min(i, paths.length - 1)] ? callerPath(text) : text),
    rest: command.passesTo ? [...args] : [],
  } as LineFor<Given>;
  const empty = line.arguments.findIndex((text) => text.trim() === "");
  if (empty >= 0) {
    throw new ConfigError(`The argument ${empty + 1} of deno task ${command.name} is empty: leave it out`);
  }
  await command.check?.(line);
  return line;
}

/**
 * Finds the command of a group by the first word of a command line.
 *
 * @returns the command and the rest of the command line
 * @throws {HelpRequest} if the usage is requested.
 * @throws {ConfigError} if there is no such command.
 */
export async function chooseCommand(
  given: Command | CommandGroup,
  args: readonly string[],
): Promise<[Command, string[]]> {
  if (!("commands" in given)) return [given, [...args]];
  const [word, ...rest] = args;
  const words = given.commands.map(({ name }) => name.slice(given.name.length + 1));
  const found = words.indexOf(word);
  if (found >= 0) return [given.commands[found], rest];
  if (word === "-h" || word === "--help") throw new HelpRequest(await usage(given));
  const { unknownWord } = await import("./explain_refusal.ts");
  throw new ConfigError(unknownWord(`deno task ${given.name}`, word, words));
}
