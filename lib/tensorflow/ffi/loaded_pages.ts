/**
 * Gives back the memory of pages that were only read while `library` loaded: its tables of symbols and relocations, and
 * what the system mapped around them. Of TensorFlow's library that is 230 MB, more than a training step of a small
 * model takes. What is used later is mapped again from the system's cache of files.
 *
 * Only mappings of the library's files without a page of their own (anything written since) are touched, so that
 * nothing can be lost. Does nothing but on Linux.
 *
 * @returns bytes that were given back.
 */
export function releaseLoadedPages(library: string): number {
  if (Deno.build.os !== "linux") return 0;
  const folder = library.slice(0, library.lastIndexOf("/") + 1);
  let mappings: Mapping[];
  try {
    mappings = readMappings();
  } catch {
    return 0; // no /proc: less tidy, nothing else
  }
  const clean = mappings.filter(({ path, anonymous }) => path.startsWith(folder) && anonymous === 0);
  const libc = Deno.dlopen("libc.so.6", { madvise: { parameters: ["u64", "usize", "i32"], result: "i32" } });
  try {
    const dontNeed = 4;
    return clean.reduce(
      (sum, { start, end, resident }) =>
        libc.symbols.madvise(start, end - start, dontNeed) === 0 ? sum + resident : sum,
      0,
    );
  } finally {
    libc.close();
  }
}

/** One line of a process's memory map with the counts below it; sizes in bytes. */
export interface Mapping {
  start: bigint;
  end: bigint;
  /** The mapped file, or empty. */
  path: string;
  resident: number;
  /** Pages that are no longer the file's. */
  anonymous: number;
}

/** This process's memory map. */
export function readMappings(): Mapping[] {
  const text = Deno.readTextFileSync("/proc/self/smaps");
  return [...text.matchAll(/^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ *(.*)\n((?:\w+: .*\n)*)/gm)].map(
    ([, start, end, path, counts]) => {
      const bytes = (name: string) => 1024 * Number(counts.match(new RegExp(`^${name}: +(\\d+) kB`, "m"))?.[1] ?? NaN);
      return {
        start: BigInt(`0x${start}`),
        end: BigInt(`0x${end}`),
        path,
        resident: bytes("Rss"),
        anonymous: bytes("Anonymous"),
      };
    },
  );
}
