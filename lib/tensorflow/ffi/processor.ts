/** Returns the processor's name, and the names of its features with spaces between them; none where Linux does not say. */
export function readProcessor(): { name: string; flags: string } {
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
