import { runtimeInfo } from "../tensorflow/ffi/context.ts";
import { findSymbols } from "./elf_symbols.ts";
import { DEFINITIONS, type OneDnnSymbols } from "./symbols.ts";

/** Name of the file with the functions' addresses, next to the library. */
const CACHE = "onednn_symbols.json";

/** Addresses of oneDNN's functions in a library. */
interface KnownAddresses {
  /** Size and time of the library's last change, in bytes and milliseconds: another library has other addresses. */
  size: number;
  changed: number;
  /** Addresses relative to where the library is loaded, as decimal numbers. */
  addresses: Record<string, string>;
}

/** Returns the addresses of a library's functions relative to where it is loaded, and keeps them for the next process. */
function readAddresses(path: string): Map<string, bigint> {
  const { size, mtime } = Deno.statSync(path), changed = Number(mtime);
  const cache = `${path.slice(0, path.lastIndexOf("/"))}/${CACHE}`;
  try {
    const known: KnownAddresses = JSON.parse(Deno.readTextFileSync(cache));
    if (known.size === size && known.changed === changed) {
      return new Map(Object.entries(known.addresses).map(([name, address]) => [name, BigInt(address)]));
    }
  } catch {
    // There is no such file yet.
  }
  const found = findSymbols(path, Object.keys(DEFINITIONS), "dnnl_");
  const addresses = Object.fromEntries(Array.from(found, ([name, address]) => [name, `${address}`]));
  const known: KnownAddresses = { size, changed, addresses };
  try {
    const part = `${cache}.${Deno.pid}`;
    Deno.writeTextFileSync(part, JSON.stringify(known, null, 2));
    Deno.renameSync(part, cache);
  } catch {
    // A folder without permission to write: the next process searches again.
  }
  return found;
}

/** Returns where a library is loaded in this process; `undefined` if it is not. */
function loadedAt(path: string): bigint | undefined {
  const line = Deno.readTextFileSync("/proc/self/maps").split("\n").find((line) => {
    const [, , offset] = line.split(" ", 3);
    return Number.parseInt(offset, 16) === 0 && line.endsWith(path);
  });
  return line === undefined ? undefined : BigInt(`0x${line.slice(0, line.indexOf("-"))}`);
}

/** The functions of oneDNN, and their addresses in this process. */
export interface LoadedOneDnn {
  symbols: OneDnnSymbols;
  addresses: ReadonlyMap<string, bigint>;
}

/**
 * Finds oneDNN's C functions in the library that TensorFlow has loaded. TensorFlow contains all of oneDNN, but does not
 * export it, so the functions are found by the library's table of symbols.
 *
 * @returns `undefined` if this library or this operating system has no such table
 */
export function loadOneDnn(): LoadedOneDnn | undefined {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return undefined;
  const { library, device } = runtimeInfo();
  const base = device === "CPU" ? loadedAt(library) : undefined;
  const relative = base === undefined ? undefined : readAddresses(library);
  const names = Object.keys(DEFINITIONS) as (keyof typeof DEFINITIONS)[];
  if (base === undefined || !names.every((name) => relative!.has(name))) return undefined;
  const addresses = new Map(names.map((name) => [name as string, base + relative!.get(name)!]));
  const functions = names.map((name) => {
    const pointer = Deno.UnsafePointer.create<Deno.ForeignFunction>(addresses.get(name)!)!;
    const callable = new Deno.UnsafeFnPointer(pointer, DEFINITIONS[name] as Deno.ForeignFunction);
    return [name, callable.call.bind(callable)];
  });
  const symbols = Object.fromEntries(functions) as OneDnnSymbols;
  const version = new Deno.UnsafePointerView(Deno.UnsafePointer.create(symbols.dnnl_version())!);
  return version.getInt32(0) === 3 ? { symbols, addresses } : undefined;
}
