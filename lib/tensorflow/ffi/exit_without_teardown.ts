import { type Device, openedDevice } from "./context.ts";

/**
 * Lets this program end without the teardown of its libraries if it has used a GPU. TensorFlow and CUDA can crash in
 * their teardown, so that a program that did all its work ends with an error. Call it once, at the start of a program.
 * Not for tests: their summary is printed after the end of their modules.
 *
 * @param device returns the device that the program has used
 *
 * @example
 * ```ts
 * import { exitWithoutTeardown } from "lib/tensorflow";
 *
 * exitWithoutTeardown();
 * ```
 */
export function exitWithoutTeardown(device: () => Device | undefined = openedDevice): void {
  globalThis.addEventListener("unload", () => {
    if (device() !== "GPU") return;
    // GPU builds are for Linux.
    const { symbols } = Deno.dlopen("libc.so.6", { _exit: { parameters: ["i32"], result: "void" } });
    symbols._exit(Deno.exitCode);
  });
}
