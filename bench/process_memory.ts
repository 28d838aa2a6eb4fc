/** Reads a line of /proc/self/status in bytes: the peak memory of this process, or its current memory. */
export function processMemory(line: "VmHWM" | "VmRSS"): number {
  const kilobytes = Deno.readTextFileSync("/proc/self/status").match(new RegExp(`${line}:\\s+(\\d+)`))?.[1];
  return 1024 * Number(kilobytes ?? 0);
}
