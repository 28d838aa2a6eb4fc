import { readProcessor } from "../tensorflow/ffi/processor.ts";

let runs: boolean | undefined;

/** Returns whether this processor and this operating system run the code of `Assembler`. */
export function runsMachineCode(): boolean {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return false;
  return runs ??= ["avx2", "fma"].every((name) => readProcessor().flags.split(" ").includes(name));
}
