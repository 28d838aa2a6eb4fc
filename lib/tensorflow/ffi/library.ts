import { fileURLToPath } from "node:url";
import { UserError } from "../../io/user_error.ts";

/** The version of TensorFlow that `deno task setup` installs. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Thrown if TensorFlow's library is missing or does not open; the message says what to do. */
export class LibraryError extends UserError {
  override readonly name = "LibraryError";
}

/** Returns the project's folder, which contains `deno.json`. */
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

/** The path of TensorFlow's library, and whether it is the GPU build. */
export interface FoundLibrary {
  path: string;
  gpu: boolean;
}

/**
 * Finds the real path of TensorFlow's C library: the file that `TENSORFLOW_LIBRARY` names, else the one that `deno task
 * setup` unpacked (the GPU build first, or the CPU build with `TENSORFLOW_DEVICE=cpu`; both run without a GPU).
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
    const path = Deno.realPathSync(named);
    // Set-up puts the CUDA libraries next to a GPU build.
    return { path, gpu: exists(cudaFolder({ path })) };
  }
  const file = Deno.build.os === "darwin" ? "libtensorflow_cc.2.dylib" : "libtensorflow_cc.so.2";
  const builds = environment("TENSORFLOW_DEVICE") === "cpu" ? ["cpu", "gpu"] : ["gpu", "cpu"];
  for (const build of builds) {
    const path = `${root}.tensorflow/${build}/${file}`;
    // The real path is the one in the process's memory map, which `releaseLoadedPages` reads.
    if (exists(path)) return { path: Deno.realPathSync(path), gpu: build === "gpu" };
  }
  throw new LibraryError('TensorFlow is not installed yet: run "deno task setup"');
}

/** Returns the folder of a library's CUDA libraries. */
export function cudaFolder({ path }: Pick<FoundLibrary, "path">): string {
  return `${path.slice(0, path.lastIndexOf("/"))}/cuda`;
}

/** Whether TensorFlow logs nothing but errors: unless the user has set how much it logs. */
export function isQuiet(): boolean {
  return !Deno.env.get("TF_CPP_MIN_LOG_LEVEL");
}

/** Sets the variables that a library reads while it loads, unless the user has set them. */
export function setEnvironment(library: FoundLibrary): void {
  const setDefault = (name: string, value: string) => {
    if (!Deno.env.has(name)) Deno.env.set(name, value);
  };
  // TensorFlow turns oneDNN off on processors without AVX-512 VNNI, although it is faster there too.
  if (Deno.build.arch === "x86_64") setDefault("TF_ENABLE_ONEDNN_OPTS", "1");
  if (library.gpu) setDefault("XLA_FLAGS", `--xla_gpu_cuda_data_dir=${cudaFolder(library)}`);
}

/**
 * Opens the CUDA libraries of a GPU build. TensorFlow looks them up by soname and then finds them already loaded, so
 * that no `LD_LIBRARY_PATH` is needed.
 *
 * @returns the files that failed to open, with the reason.
 */
export function openCudaLibraries(folder: string): string[] {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((name) => name.includes(".so"));
  } catch {
    return [];
  }
  // A library opens only after its dependencies: repeat until no further library opens.
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
