/** A processor as Linux describes it. */
interface Processor {
  name: string;
  /** The names of its features, with spaces between them; empty where the system does not say. */
  flags: string;
}

let known: Processor | undefined;

/** Returns this machine's processor. */
export function readProcessor(): Processor {
  return known ??= read();
}

function read(): Processor {
  try {
    const info = Deno.readTextFileSync("/proc/cpuinfo");
    return {
      name: info.match(/^model name\s*:\s*(.*)$/m)?.[1] ?? Deno.build.arch,
      flags: info.match(/^flags\s*:\s*(.*)$/m)?.[1] ?? "",
    };
  } catch {
    return { name: Deno.build.arch, flags: "" };
  }
}
