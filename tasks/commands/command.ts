/** An option of a command, and how its text is read. */
export interface Option<Value = unknown> {
  /** Placeholder of its value in the usage, such as `FOLDER`; absent for a flag. */
  value?: string;
  /** A one-letter name. */
  short?: string;
  /** An earlier name, which is still accepted but not shown. */
  earlier?: string;
  about: string;
  /** The default in the usage. */
  shown?: string;
  /**
   * @param given the values on the command line, in order; for a flag `""` for each time
   * @param name name in messages, such as `--data`
   * @throws {ConfigError} for an invalid value.
   */
  read(given: readonly string[], name: string): Value;
}

/** A positional argument. */
export interface Argument {
  /** Placeholder in the usage, such as `IMAGE`. */
  name: string;
  about: string;
  optional?: boolean;
  /** Whether it may be repeated; only for the last argument. */
  several?: boolean;
  /** Whether it is a path; a relative path starts at the user's folder. */
  path?: boolean;
}

/**
 * A command. Its usage, the parser of its command line, the checks of documents and the tests are derived from this.
 */
export interface Command {
  /** The words after `deno task`, such as `data check`. */
  name: string;
  about: string;
  arguments?: readonly Argument[];
  options: Readonly<Record<string, Option>>;
  /** An example command line. */
  example: string;
  /** Whether it runs notebooks, or makes jobs that do, so that set-up installs JupyterLab for it. Default: no */
  notebooks?(line: Line): boolean;
  /** The program to which unknown options are passed. */
  passesTo?: string;
  /**
   * Returns the names that `-p name=value` accepts. Loading them may take time.
   *
   * @param args the positional arguments of the command line
   */
  parameters?(args: readonly string[]): Promise<readonly string[]>;
  /** Returns additional text for `--help`, after the options. */
  more?(): Promise<string>;
  /** The option that was probably meant by an excess argument, such as `data`. */
  bare?: string;
  /** Checks the values together, before set-up. */
  check?(line: Line): void | Promise<void>;
}

/** Commands that share their first word. */
export interface CommandGroup {
  name: string;
  about: string;
  commands: readonly Command[];
}

/** The values of a command line. */
export interface Line<Options extends Command["options"] = Command["options"]> {
  /** The command's name, such as `data check`. */
  command: string;
  options: { [Name in keyof Options]: ReturnType<Options[Name]["read"]> };
  arguments: string[];
  /** Arguments that are passed on unchanged. */
  rest: string[];
}

/** The {@linkcode Line} of a command. */
export type LineFor<Given extends Command> = Line<Given["options"]>;

/** Type-checks a command's definition, and keeps the types of its options. */
export function defineCommand<const Options extends Command["options"]>(
  command: Omit<Command, "options" | "check" | "bare" | "notebooks"> & {
    options: Options;
    bare?: keyof Options & string;
    notebooks?(line: Line<Options>): boolean;
    check?(line: Line<Options>): void | Promise<void>;
  },
): Command & { options: Options } {
  // A command checks only lines that were read with its options.
  return command as unknown as Command & { options: Options };
}
