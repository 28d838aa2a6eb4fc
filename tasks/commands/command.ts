/** What an option's text becomes. */
export interface Option<Value = unknown> {
  /** What follows it in the usage, such as `FOLDER`; a flag has nothing. */
  value?: string;
  /** One letter. */
  short?: string;
  /** An earlier name, which is still taken and not shown. */
  earlier?: string;
  about: string;
  /** The default as the usage shows it. */
  shown?: string;
  /**
   * @param given all that the command line gives, in its order; of a flag `""` for each time
   * @param name as messages show it, such as `--data`
   * @throws {ConfigError} for a value that cannot be.
   */
  read(given: readonly string[], name: string): Value;
}

/** A value without an option's name. */
export interface Argument {
  /** As the usage shows it, such as `IMAGE`. */
  name: string;
  about: string;
  optional?: boolean;
  /** Whether there may be several; only the last argument. */
  several?: boolean;
  /** Whether it is a path: relative ones start at the user's folder. */
  path?: boolean;
}

/** A command: its usage, the reading of its command line, the checks of documents and the tests follow from this. */
export interface Command {
  /** After `deno task`, such as `data check`. */
  name: string;
  about: string;
  arguments?: readonly Argument[];
  options: Readonly<Record<string, Option>>;
  /** A command line that shows it at work. */
  example: string;
  /** The program that takes the options which this command does not know. */
  passesTo?: string;
  /**
   * Names that `-p name=value` takes. They may be many and need time to load.
   *
   * @param args what of the command line is neither an option nor an option's value
   */
  parameters?(args: readonly string[]): Promise<readonly string[]>;
  /** More for `--help`, after the options. */
  more?(): Promise<string>;
  /** The option that an argument too many is probably meant for, such as `data`. */
  bare?: string;
  /** Looks at values together, before set-up. */
  check?(line: Line): void | Promise<void>;
}

/** Commands that share their first word. */
export interface CommandGroup {
  name: string;
  about: string;
  commands: readonly Command[];
}

/** What a command line says. */
export interface Line<Options extends Command["options"] = Command["options"]> {
  /** The command's name, such as `data check`. */
  command: string;
  options: { [Name in keyof Options]: ReturnType<Options[Name]["read"]> };
  arguments: string[];
  /** What is passed on as it was given. */
  rest: string[];
}

/** The line of a command. */
export type LineFor<Given extends Command> = Line<Given["options"]>;

/** Checks a command's definition, and keeps the types of its options. */
export function defineCommand<const Options extends Command["options"]>(
  command: Omit<Command, "options" | "check" | "bare"> & {
    options: Options;
    bare?: keyof Options & string;
    check?(line: Line<Options>): void | Promise<void>;
  },
): Command & { options: Options } {
  // A command checks lines that were read with its own options.
  return command as unknown as Command & { options: Options };
}
