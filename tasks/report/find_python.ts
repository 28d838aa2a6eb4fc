import { RunError } from "lib/runs/run_error.ts";
import { runCommand, StoppedError } from "../setup/command.ts";

/** The oldest Python for the report's Sphinx; all other commands need only 3.10. */
const OLDEST = [3, 11] as const;

/** Names of Python on different systems, the usual one first. */
const NAMES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];

/**
 * Finds a Python that is new enough for the report.
 *
 * @param names commands or paths, in the order in which they are tried
 * @returns the first that fits
 * @throws {RunError} if there is none; the message names the versions found.
 */
export async function findReportPython(names: readonly string[] = NAMES): Promise<string> {
  const found: string[] = [];
  for (const name of names) {
    let version: string;
    try {
      version = await runCommand(name, ["-c", "import sys; print(*sys.version_info[:2])"], { seconds: 60 });
    } catch (error) {
      if (error instanceof StoppedError) throw error;
      continue;
    }
    const [major, minor] = version.trim().split(" ").map(Number);
    if (major === OLDEST[0] && minor >= OLDEST[1]) return name;
    found.push(`${name} is ${major}.${minor}`);
  }
  throw new RunError(
    `The report needs Python ${OLDEST.join(".")} or newer, and ${found.join(", ") || "there is no python3"}. ` +
      `Install it (Debian and Ubuntu: apt install python${OLDEST.join(".")}-venv); nothing was built`,
  );
}
