import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

/** Runs one of the project's commands, and returns how it ended and what it wrote. */
export async function runTask(name: string, ...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder(), "tasks", `${name}.ts`), ...args],
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}
