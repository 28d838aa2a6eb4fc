import { runtimeInfo } from "../tensorflow/ffi/context.ts";
import { readMappings } from "../tensorflow/ffi/loaded_pages.ts";
import { callable } from "./callable.ts";
import { isSupported, readAddresses } from "./function_addresses.ts";
import { DEFINITIONS, type OneDnnSymbols } from "./symbols.ts";

/** Where a library is loaded in this process. */
interface LoadedAt {
  /** Address of its first byte. */
  base: bigint;
  /** Returns whether there is code of the library at an address. */
  hasCode: (address: bigint) => boolean;
}

/** Returns where a library is loaded in this process; `undefined` if it is not. */
function loadedAt(path: string): LoadedAt | undefined {
  const parts = readMappings().filter((mapping) => mapping.path === path);
  const first = parts.find(({ offset }) => offset === 0), code = parts.filter(({ access }) => access.includes("x"));
  const hasCode = (address: bigint) => code.some(({ start, end }) => start <= address && address < end);
  return first && { base: first.start, hasCode };
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
  if (!isSupported() || Deno.env.get("TF_ENABLE_ONEDNN_OPTS") === "0") return undefined;
  const { library, device } = runtimeInfo();
  const loaded = device === "CPU" ? loadedAt(library) : undefined;
  if (!loaded) return undefined;
  const relative = readAddresses(library), names = Object.keys(DEFINITIONS) as (keyof typeof DEFINITIONS)[];
  if (!names.every((name) => relative.has(name))) return undefined;
  const addresses = new Map(names.map((name) => [name as string, loaded.base + relative.get(name)!]));
  if (![...addresses.values()].every(loaded.hasCode)) return undefined;
  const functions = names.map((name) => {
    const called = callable(addresses.get(name)!, DEFINITIONS[name] as Deno.ForeignFunction);
    return [name, called.call.bind(called)];
  });
  const symbols = Object.fromEntries(functions) as OneDnnSymbols;
  const version = new Deno.UnsafePointerView(Deno.UnsafePointer.create(symbols.dnnl_version())!);
  return version.getInt32(0) === 3 ? { symbols, addresses } : undefined;
}
