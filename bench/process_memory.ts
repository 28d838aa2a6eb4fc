/** A line of this process's /proc/self/status in bytes: its peak memory, or what it holds now. */
export function processMemory(line: "VmHWM" | "VmRSS"): number {
  const kilobytes = Deno.readTextFileSync("/proc/self/status").match(new RegExp(`${line}:\\s+(\\d+)`))?.[1];
  return 1024 * Number(kilobytes ?? 0);
}
