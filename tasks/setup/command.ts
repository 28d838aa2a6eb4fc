import { Buffer } from "node:buffer";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "lib/io/user_error.ts";
import { explainSystemError } from "../explain_system_error.ts";

/** Thrown for a failed command, with its output. */
export class CommandError extends UserError {
  override readonly name = "CommandError";
  constructor(readonly command: string, readonly output: string) {
    super(`${command} failed:\n${output}`);
  }
}

/** Thrown for a command that Ctrl-C ended. */
export class StoppedError extends UserError {
  override readonly name = "StoppedError";
}

/** Thrown for a command that exceeded its time limit and was ended. */
export class TimeLimitError extends UserError {
  override readonly name = "TimeLimitError";
}

/** Options of {@linkcode runCommand}. */
export interface CommandOptions {
  /** Its current folder. Default: that of this process. */
  cwd?: string;
  /** Variables to add to the environment. */
  env?: Record<string, string>;
  /** Time limit in seconds. Default: half an hour, for slow networks. */
  seconds?: number;
  /** Name of the step in messages, such as "Printing the PDF". Default: the command's name. */
  what?: string;
  /** Advice if it takes too long. */
  wayOut?: string;
  /** Whether standard error is shown to the user, and not returned. */
  showErrors?: boolean;
  /** Time in milliseconds before a command that was asked to end is killed. Default: 5000. */
  graceMs?: number;
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}

/** Asks a process to end, and kills it if it does not. */
async function end(child: Deno.ChildProcess, graceMs: number): Promise<void> {
  const signal = (name: "SIGTERM" | "SIGKILL") => {
    try {
      child.kill(name);
    } catch {
      // It has already ended.
    }
  };
  signal("SIGTERM");
  const timer = setTimeout(() => signal("SIGKILL"), graceMs);
  await child.status;
  clearTimeout(timer);
}

/** Collects the output of a stream; `take` stops that, and returns the output so far. */
function collect(stream: ReadableStream<Uint8Array>): { whole: Promise<void>; take(): string } {
  const reader = stream.getReader(), chunks: Uint8Array[] = [];
  const read = async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);
  };
  return {
    whole: read().catch(() => {}),
    take() {
      void reader.cancel().catch(() => {});
      return Buffer.concat(chunks).toString();
    },
  };
}

/**
 * Runs a command and returns its output. Ctrl-C and the time limit end it.
 *
 * @throws {CommandError} if it fails.
 * @throws {TimeLimitError} if it exceeds its time limit.
 * @throws {StoppedError} if it was stopped.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = {}, seconds = 1800, what = basename(command), wayOut, showErrors = false, graceMs = 5000 }:
    CommandOptions = {},
): Promise<string> {
  let child: Deno.ChildProcess | undefined, timer: ReturnType<typeof setTimeout> | undefined;
  let ended: "late" | "stopped" | undefined;
  const endAs = (why: typeof ended) => {
    ended ??= why;
    if (child) void end(child, graceMs);
  };
  const interrupt = () => endAs("stopped");
  // Registered before the command starts: a Ctrl-C at that moment must not end this process only.
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  try {
    child = new Deno.Command(command, {
      args: [...args],
      cwd,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: showErrors ? "inherit" : "piped",
    }).spawn();
    timer = setTimeout(() => endAs("late"), 1000 * seconds);
    const outputs = [child.stdout, ...(showErrors ? [] : [child.stderr])].map(collect);
    const { success } = await child.status;
    // A grandchild may keep the pipes open longer; its output is not awaited.
    const waited = delay(ended ? 0 : 5000, undefined, { ref: false });
    await Promise.race([Promise.all(outputs.map(({ whole }) => whole)), waited]);
    const text = outputs.map(({ take }) => take()).join("");
    if (ended === "stopped") throw new StoppedError("Stopped: run the same command again");
    if (ended === "late") {
      throw new TimeLimitError(
        `${what} took longer than ${duration(seconds)} and was ended: ${wayOut ?? "run the same command again"}.`,
      );
    }
    if (!success) throw new CommandError(`${command} ${args.join(" ")}`, text);
    return text;
  } finally {
    clearTimeout(timer);
    Deno.removeSignalListener("SIGINT", interrupt);
    Deno.removeSignalListener("SIGTERM", interrupt);
  }
}

/** Returns whether a command can be started. */
export async function commandExists(command: string): Promise<boolean> {
  try {
    await runCommand(command, ["--version"], { seconds: 30 });
    return true;
  } catch (error) {
    return error instanceof CommandError;
  }
}

/** Returns a message that explains the failure and what to do. */
export function explain(error: unknown): string {
  if (error instanceof UserError && !(error instanceof CommandError)) return error.message;
  const output = error instanceof CommandError ? error.output : error instanceof Error ? error.message : String(error);
  if (/No space left|os error 28|ENOSPC/i.test(output)) {
    return "The disk is full: free about 3 GB and run the same command again.";
  }
  const system = error instanceof Error && !(error instanceof CommandError) ? explainSystemError(error) : undefined;
  if (system) return system;
  const denied = /(?:Permission denied|Read-only file system):? *(?:'([^']*)')?/i.exec(output);
  if (denied) {
    return `${
      denied[1] ?? "The project's folder"
    } cannot be written: change its permissions, or copy the project to a folder of your own.`;
  }
  if (/ensurepip is not available|No module named '?(venv|ensurepip)/i.test(output)) {
    return "This Python has no venv module: install it (Debian and Ubuntu: apt install python3-venv) and run the same command again.";
  }
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    return "A downloaded package does not match its checksum and was refused: run the same command again. If it fails again, check the package index in pip's configuration.";
  }
  if (
    /Temporary failure in name|Failed to establish|ConnectionError|Connection (refused|reset|broken)|timed out|Network is unreachable|from versions: none|dns error|CERTIFICATE|Read timed out/i
      .test(output)
  ) {
    return "The package index cannot be reached: check the network connection (or the index in pip's configuration) and run the same command again.";
  }
  const last = output.trim().split("\n").slice(-3).join(" ");
  return `Set-up stopped (${last}): run the same command again.`;
}
