import { findLibrary, setEnvironment } from "./library.ts";
import { cString, quietly } from "./symbols.ts";

/** Resolves the names of a library's functions at their first use. */
const LAZY = 1;

/**
 * Starts to load TensorFlow's library in another thread, which takes a quarter of a second. Call it before modules are
 * loaded: the process's context is then open sooner. Does nothing where the library is missing, or on a system other than
 * Linux; of a GPU build the CUDA libraries come first, so it is left out too.
 */
export function preloadLibrary(): void {
  if (Deno.build.os !== "linux") return;
  try {
    const library = findLibrary(), folder = library.path.replace(/[^/]*$/, "");
    if (library.gpu) return;
    setEnvironment(library);
    // Not by Deno, which would close the libraries at the end of the program: they do not bear that.
    const { symbols: { open, openSlowly } } = Deno.dlopen("libc.so.6", {
      open: { name: "dlopen", parameters: ["buffer", "i32"], result: "u64" },
      openSlowly: { name: "dlopen", parameters: ["buffer", "i32"], result: "u64", nonblocking: true },
    });
    // A line is logged while this part loads, and only then.
    quietly(() => open(cString(`${folder}libtensorflow_framework.so.2`), LAZY));
    void openSlowly(cString(library.path), LAZY);
    // A process that ends while a library loads may wait for ever. This call returns when it is loaded.
    globalThis.addEventListener("unload", () => void open(cString(library.path), LAZY));
  } catch {
    // A missing library is reported when it is opened.
  }
}
