import { explainSystemError } from "../explain_system_error.ts";

/** A failed command: what it wrote, for the sentence that explains it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(readonly command: string, readonly output: string) {
    super(`${command} failed:\n${output}`);
  }
}

/** Runs a command and returns its output. */
export async function runCommand(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, env, stdin: "null" }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new CommandError(`${command} ${args.join(" ")}`, text);
  return text;
}

/** Whether a command can be started. */
export async function commandExists(command: string): Promise<boolean> {
  try {
    await new Deno.Command(command, { args: ["--version"], stdin: "null", stdout: "null", stderr: "null" }).output();
    return true;
  } catch {
    return false;
  }
}

/** One sentence on what went wrong and what to do about it. */
export function explain(error: unknown): string {
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
    return "A downloaded package does not match its checksum and was refused: run the same command again, and if it persists, check the package index that pip is set to.";
  }
  if (
    /Temporary failure in name|Failed to establish|ConnectionError|Connection (refused|reset|broken)|timed out|Network is unreachable|from versions: none|dns error|CERTIFICATE|Read timed out/i
      .test(output)
  ) {
    return "The package index cannot be reached: check the network connection (or the index that pip is set to) and run the same command again.";
  }
  const last = output.trim().split("\n").slice(-3).join(" ");
  return `Set-up stopped (${last}): run the same command again.`;
}
