import type { CommanderError } from "commander";
import { isNear, nearestWord } from "lib/io/nearest_word.ts";
import type { Command } from "./command.ts";

/** Returns the message for a missing or unknown word after a command. */
export function unknownWord(command: string, word: string | undefined, words: readonly string[]): string {
  if (word === undefined) return `Usage: ${words.map((each) => `${command} ${each}`).join(", or ")}`;
  return `There is no "${command} ${word}": did you mean "${command} ${nearestWord(word, words)}"?`;
}

/** Returns the quoted part of a parser's message, which is an option or an argument. */
function quoted({ message }: CommanderError): string {
  return /'([^']*)'/.exec(message)?.[1] ?? "";
}

/** Returns the message for an unknown option. */
async function unknownOption(
  command: Command,
  given: string,
  args: readonly string[],
  operands: readonly string[],
): Promise<string> {
  const [name, value] = given.replace(/^--?/, "").split(/=(.*)/s);
  const at = args.indexOf(given), next = args[at + 1];
  const lists = `deno task ${command.name} --help lists all options.`;
  const parameters = await command.parameters?.(operands) ?? [];
  const options = Object.keys(command.options);
  const nearest = nearestWord(name, [...options, ...parameters, "help"]);
  if (!isNear(name, nearest)) return `There is no option ${given}. ${lists}`;
  if (options.includes(nearest) || nearest === "help") {
    return `There is no option ${given}: did you mean --${nearest}? ${lists}`;
  }
  const shown = value ?? (next && !next.startsWith("-") ? next : "…");
  return `There is no option --${name}: ${name === nearest ? "write it as" : "did you mean"} -p ${nearest}=${shown}${
    name === nearest ? "" : "?"
  }`;
}

/** Returns the message for an excess argument. */
function excessArgument(command: Command, given: readonly string[]): string {
  const extra = given[(command.arguments ?? []).length];
  const hint = command.parameters && /^\w+=/.test(extra)
    ? `did you mean -p ${extra}?`
    : command.bare
    ? `did you mean --${command.bare} ${extra}?`
    : `deno task ${command.name} --help shows the usage.`;
  return `"${extra}" is one argument too many: ${hint}`;
}

/**
 * Returns the message for a command line that the parser refused.
 *
 * @param args the command line
 * @param given its positional arguments
 */
export async function explainRefusal(
  command: Command,
  error: CommanderError,
  args: readonly string[],
  given: readonly string[],
): Promise<string> {
  const shows = `deno task ${command.name} --help shows the usage.`;
  switch (error.code) {
    case "commander.unknownOption":
      return await unknownOption(command, quoted(error), args, given);
    case "commander.missingArgument": {
      const missing = command.arguments?.find(({ name }) => name === quoted(error).replace(/\.+$/, ""));
      return `${missing?.name ?? "An argument"} is missing${missing ? ` (${missing.about})` : ""}: ${command.example}`;
    }
    case "commander.optionMissingArgument": {
      const [name, value] = quoted(error).split(/ (?=<)/);
      return `${name} needs a value${value ? `, ${value.replace(/[<>]/g, "")}` : ""}: ${shows}`;
    }
    case "commander.excessArguments":
      return excessArgument(command, given);
    default:
      return `${error.message.replace(/^error: /, "")}: ${shows}`;
  }
}
