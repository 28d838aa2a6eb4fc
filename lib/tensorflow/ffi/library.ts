import { fileURLToPath } from "node:url";
import { UserError } from "../../io/user_error.ts";

/** The version of TensorFlow that `deno task setup` installs. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Thrown when TensorFlow's library is missing or does not open; the message says what to do. */
export class LibraryError extends UserError {
  override readonly name = "LibraryError";
}

/** The project's folder: the one that holds `deno.json`. */
export function projectFolder(): string {
  return fileURLToPath(new URL("../../../", import.meta.url));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Where {@linkcode findLibrary} found TensorFlow, and whether it is the build for GPUs. */
export interface FoundLibrary {
  path: string;
  gpu: boolean;
}

/**
 * Finds TensorFlow's C library, by its real path: the file that `TENSORFLOW_LIBRARY` names, else the one that
 * `deno task setup` unpacked (the GPU build first, or with `TENSORFLOW_DEVICE=cpu` the CPU build; each can do without a GPU).
 *
 * @throws {LibraryError} if there is none.
 */
export function findLibrary(
  environment: (name: string) => string | undefined = Deno.env.get,
  root = projectFolder(),
): FoundLibrary {
  const named = environment("TENSORFLOW_LIBRARY");
  if (named) {
    if (!exists(named)) {
      throw new LibraryError(
        `TENSORFLOW_LIBRARY names "${named}", which does not exist: name the file libtensorflow_cc.so.2, or unset it and run "deno task setup"`,
      );
    }
    return { path: Deno.realPathSync(named), gpu: false };
  }
  const file = Deno.build.os === "darwin" ? "libtensorflow_cc.2.dylib" : "libtensorflow_cc.so.2";
  const builds = environment("TENSORFLOW_DEVICE") === "cpu" ? ["cpu", "gpu"] : ["gpu", "cpu"];
  for (const build of builds) {
    const path = `${root}.tensorflow/${build}/${file}`;
    // As the system names it in a process's memory map, which `releaseLoadedPages` reads.
    if (exists(path)) return { path: Deno.realPathSync(path), gpu: build === "gpu" };
  }
  throw new LibraryError('TensorFlow is not installed yet: run "deno task setup"');
}

/**
 * Opens the CUDA libraries that lie beside a GPU build, so that TensorFlow, which asks for them by
 * soname, finds them already loaded and no `LD_LIBRARY_PATH` is needed.
 *
 * @returns the files that did not open, with the reason.
 */
export function openCudaLibraries(folder: string): string[] {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((name) => name.includes(".so"));
  } catch {
    return [];
  }
  // A library opens only when those that it needs are open: go round until nothing more opens.
  let waiting = names.sort().map((name) => ({ path: `${folder}/${name}`, reason: "" }));
  for (;;) {
    const failed = waiting.filter((library) => {
      try {
        Deno.dlopen(library.path, {});
        return false;
      } catch (error) {
        library.reason = error instanceof Error ? error.message : String(error);
        return true;
      }
    });
    if (failed.length === 0 || failed.length === waiting.length) {
      return failed.map((library) => `${library.path}: ${library.reason}`);
    }
    waiting = failed;
  }
}
