import assert from "node:assert/strict";

/** Runs a program in a process of its own, and returns the lines that it prints. It has two minutes, and must succeed. */
export async function runProgram(file: string, env: Record<string, string> = {}): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", file],
    env,
    signal: AbortSignal.timeout(120_000),
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n");
}
