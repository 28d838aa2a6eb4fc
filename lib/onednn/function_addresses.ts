import { findSymbols } from "./elf_symbols.ts";
import { DEFINITIONS } from "./symbols.ts";

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

/** Returns whether this system's libraries have a table of symbols that is understood. */
export function isSupported(): boolean {
  return Deno.build.os === "linux" && Deno.build.arch === "x86_64";
}

/**
 * Returns the addresses of oneDNN's functions in TensorFlow's library, relative to where it is loaded. They are kept for
 * the next process; set-up looks them up first.
 */
export function readAddresses(path: string): Map<string, bigint> {
  const { size, mtime } = Deno.statSync(path), changed = Number(mtime);
  const cache = `${path.slice(0, path.lastIndexOf("/"))}/${CACHE}`;
  try {
    const known: KnownAddresses = JSON.parse(Deno.readTextFileSync(cache));
    const isComplete = Object.keys(DEFINITIONS).every((name) => name in known.addresses);
    if (isComplete && known.size === size && known.changed === changed) {
      return new Map(Object.entries(known.addresses).map(([name, address]) => [name, BigInt(address)]));
    }
  } catch {
    // There is no such file yet, or it is damaged.
  }
  const found = findSymbols(path, Object.keys(DEFINITIONS), "dnnl_");
  const addresses = Object.fromEntries(Array.from(found, ([name, address]) => [name, `${address}`]));
  const known: KnownAddresses = { size, changed, addresses };
  const part = `${cache}.${Deno.pid}`;
  try {
    Deno.writeTextFileSync(part, JSON.stringify(known, null, 2));
    Deno.renameSync(part, cache);
  } catch {
    // A folder without permission to write: the next process searches again.
    try {
      Deno.removeSync(part);
    } catch {
      // It was not written.
    }
  }
  return found;
}
