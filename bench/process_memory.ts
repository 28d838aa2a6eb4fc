/**
 * Reads a line of /proc/PID/status in bytes: the peak memory of a process, or its current memory.
 *
 * @param process its number. Default: this process
 */
export function processMemory(line: "VmHWM" | "VmRSS", process: number | "self" = "self"): number {
  const kilobytes = Deno.readTextFileSync(`/proc/${process}/status`).match(new RegExp(`${line}:\\s+(\\d+)`))?.[1];
  return 1024 * Number(kilobytes ?? 0);
}
