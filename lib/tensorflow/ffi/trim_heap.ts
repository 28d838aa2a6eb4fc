/** The C library's function: `null` before it is looked up, `undefined` if there is none. */
let trim: ((keep: bigint) => number) | undefined | null = null;

/**
 * Returns freed memory to the operating system, which glibc keeps for later allocations. Does nothing with another C
 * library.
 *
 * @returns whether any memory was returned
 */
export function trimHeap(): boolean {
  if (trim === null) trim = findTrim();
  return trim?.(0n) === 1;
}

function findTrim(): typeof trim {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return Deno.dlopen("libc.so.6", { malloc_trim: { parameters: ["usize"], result: "i32" } }).symbols.malloc_trim;
  } catch {
    return undefined;
  }
}
