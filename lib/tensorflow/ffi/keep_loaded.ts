import type { Symbols } from "./symbols.ts";

// dlfcn.h of glibc.
const RTLD_NOW = 2, RTLD_NOLOAD = 4, RTLD_NODELETE = 0x1000;

/**
 * Keeps a library that is open in memory until the process ends. Deno closes its libraries when a program ends. The
 * threads of a GPU may still run then, and would run code that is gone.
 *
 * Does nothing on systems other than Linux.
 */
export function keepLoaded(symbols: Symbols, library: string): void {
  if (Deno.build.os !== "linux") return;
  symbols.dlopen?.(new TextEncoder().encode(`${library}\0`), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}
