import { toCString } from "../tensorflow/ffi/symbols.ts";

/** Linux's constants for `dlopen`: resolve functions when they are called, and open nothing that is not open yet. */
const RTLD_LAZY = 1, RTLD_NOLOAD = 4;

const SYMBOLS = {
  dlopen: { parameters: ["buffer", "i32"], result: "u64" },
  dlsym: { parameters: ["u64", "buffer"], result: "u64" },
} as const;

/** Opens the functions that find others: in the C library, or in one of its own before version 2.34. */
function openLoader() {
  try {
    return Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch {
    return Deno.dlopen("libdl.so.2", SYMBOLS).symbols;
  }
}

/**
 * Returns the addresses of functions of an opened library, and of those that it links to; `undefined` if one is missing.
 *
 * @param path of the library
 */
export function functionAddresses<Name extends string>(
  path: string,
  names: readonly Name[],
): Record<Name, bigint> | undefined {
  const loader = openLoader();
  const library = loader.dlopen(toCString(path), RTLD_LAZY | RTLD_NOLOAD);
  const found = names.map((name) => [name, library === 0n ? 0n : loader.dlsym(library, toCString(name))] as const);
  if (found.some(([, address]) => address === 0n)) return undefined;
  return Object.fromEntries(found) as Record<Name, bigint>;
}
