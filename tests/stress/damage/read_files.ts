/**
 * Reads damaged files in order, and writes a JSON line before and after each. It runs as a separate process, which may
 * die.
 *
 *     deno run -A tests/stress/damage/read_files.ts SUITE FORMAT SEED FROM TO
 */
import { join } from "node:path";
import { cpuUsage } from "node:process";
import { Random } from "lib/math/random.ts";
import { type DamagedFile, type DamageSuite, type FileOutcome, mostBytes, mostSeconds } from "./suite.ts";

const [suite, name, seed, from, to] = Deno.args;
const { FORMATS }: DamageSuite = await import(new URL(`./${suite}.ts`, import.meta.url).href);
const format = FORMATS[name];
const crafted = format.crafted ?? [];
const folder = await Deno.makeTempDir();

/**
 * Returns the resident bytes: current, or the peak since {@linkcode forgetPeak}; 0 if the system does not report them.
 */
function resident(line: "VmRSS" | "VmHWM"): number {
  try {
    return 1024 * Number(Deno.readTextFileSync("/proc/self/status").match(new RegExp(`${line}:\\s+(\\d+)`))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function forgetPeak(): void {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Otherwise the peak would be that of all files so far.
  }
}

/** Returns the processor time of this process. */
function usedSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}

async function readOne(index: number): Promise<FileOutcome> {
  const made: DamagedFile = index < crafted.length
    ? { name: crafted[index].name, bytes: crafted[index].make() }
    : format.make(new Random(Number(seed), index));
  const path = join(folder, made.name.replaceAll("/", "-"));
  await Deno.writeFile(path, made.bytes);
  let outcome: FileOutcome["outcome"] = "read", note = "", decoded = made.bytes.length;
  forgetPeak();
  const before = resident("VmRSS"), start = performance.now(), usedBefore = usedSeconds();
  try {
    const read = await format.read(path, made.bytes);
    decoded = Math.max(decoded, read.decoded);
    if (made.isSame && !made.isSame(read.value)) outcome = "changed";
  } catch (error) {
    const isNamed = error instanceof Error && format.isNamed(error, path);
    outcome = isNamed ? "refused" : "unnamed";
    note = error instanceof Error ? isNamed ? error.message : `${error.stack}` : String(error);
  }
  // On a shared machine, processor time is more reliable than wall-clock time.
  const seconds = Math.min((performance.now() - start) / 1000, usedSeconds() - usedBefore);
  const bytes = resident("VmHWM") - before;
  if (outcome === "read" || outcome === "refused") {
    if (seconds > mostSeconds(decoded)) outcome = "slow";
    else if (bytes > mostBytes(decoded)) outcome = "large";
  }
  await Deno.remove(path);
  return { index, name: made.name, outcome, seconds, megabytes: Math.round(bytes / 1e6), note: note.slice(0, 500) };
}

try {
  for (let index = Number(from); index < Number(to); index++) {
    console.log(JSON.stringify({ starts: index }));
    console.log(JSON.stringify(await readOne(index)));
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
