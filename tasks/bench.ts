/** Runs the comparison with PyTorch, or the measurement of algorithms. */
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { LineFor } from "./commands/command.ts";
import type { benchCommand } from "./commands/others.ts";

/** Runs a command line of `deno task bench`, and exits with its status. */
export async function bench({ options: { algorithms, ...options } }: LineFor<typeof benchCommand>): Promise<void> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
  const args = given.flatMap(([name, value]) => value === true ? [`--${name}`] : [`--${name}`, String(value)]);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder(), `bench/${algorithms ? "algorithms" : "compare"}.ts`), ...args],
  }).spawn().status;
  Deno.exit(code);
}
