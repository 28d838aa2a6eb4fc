/** The C library's own function, where there is one: `undefined` once it was found missing. */
let trim: ((keep: bigint) => number) | undefined | null = null;

/**
 * Gives memory that was freed back to the operating system: glibc keeps it for the next allocation. Does nothing where the C
 * library is another one.
 *
 * @returns whether any was given back
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
