import { readProcessor } from "../tensorflow/ffi/processor.ts";

/** Returns whether this processor and this operating system run the code of `Assembler`. */
export function runsMachineCode(): boolean {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return false;
  const features = readProcessor().flags.split(" ");
  return ["avx2", "fma"].every((name) => features.includes(name));
}
