import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

/** How a command ended, and what it wrote. */
interface Ended {
  code: number;
  out: string;
  error: string;
}

/** Runs one of the project's commands. */
export async function runTask(name: string, ...args: string[]): Promise<Ended> {
  return await runTaskWith({}, name, ...args);
}

/** Runs one of the project's commands with more variables of its environment. */
export async function runTaskWith(env: Record<string, string>, name: string, ...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder(), "tasks", `${name}.ts`), ...args],
    env,
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}
