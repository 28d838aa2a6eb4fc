import { TextLineStream } from "lib/io/text_lines.ts";
import type { DamageSuite, FileOutcome } from "./suite.ts";

/** Options of {@linkcode checkFiles}. */
export interface FileCheckOptions {
  /** Number of damaged files of each format, without the crafted ones. */
  count: number;
  /** Seed of the damaged files. */
  seed: number;
  /** Whether to read the crafted files too. Default `true`. */
  crafted?: boolean;
  /** Called with the completed share, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** The result of a check. */
export interface FileCheckResult {
  name: string;
  bar: string;
  passed: boolean;
  counts: Record<string, number>;
  notes: string[];
}

/** A process without output for this time hangs. */
const SILENT_SECONDS = 120;
/** A process with more memory is killed, to protect the machine. */
const MOST_RESIDENT = 4e9;

/**
 * Reads damaged files of each format of a suite in separate processes, and counts the outcomes.
 *
 * @param suite name of a module in this folder
 */
export async function checkFiles(
  name: string,
  suite: string,
  { count, seed, crafted: withCrafted = true, onProgress }: FileCheckOptions,
): Promise<FileCheckResult> {
  const { FORMATS }: DamageSuite = await import(new URL(`./${suite}.ts`, import.meta.url).href);
  const counts = { files: 0, read: 0, refused: 0, unnamed: 0, changed: 0, slow: 0, large: 0, deaths: 0, hangs: 0 };
  const notes: string[] = [];
  const formats = Object.entries(FORMATS);
  for (const [i, [format, { crafted = [] }]] of formats.entries()) {
    const all = crafted.length + count;
    for (let from = withCrafted ? 0 : crafted.length; from < all;) {
      from = await readFrom(suite, format, seed, from, all, (outcome) => {
        counts.files++;
        counts[outcome.outcome]++;
        if (outcome.outcome === "read" || outcome.outcome === "refused") return;
        const { index, name, seconds, megabytes, note } = outcome;
        notes.push(
          `${format}, file ${index} (${name}) was ${outcome.outcome}: ${seconds.toFixed(1)} s, ${megabytes} MB ${note}`,
        );
      }, (index, how) => {
        counts.files++;
        counts[how]++;
        notes.push(`${format}, file ${index}: ${how === "deaths" ? "the process died" : "nothing came any more"}`);
      }, (index) => onProgress?.((i + index / all) / formats.length));
    }
  }
  const { unnamed, changed, slow, large, deaths, hangs } = counts;
  return {
    name,
    bar: "Every damaged file is read or refused by name, within four times its size and 200 MB, and 5 s",
    passed: unnamed + changed + slow + large + deaths + hangs === 0,
    counts,
    notes: notes.length > 20 ? [...notes.slice(0, 20), `and ${notes.length - 20} more`] : notes,
  };
}

/** Reads files in one process. If the process ends early, it returns the first file that is left. */
async function readFrom(
  suite: string,
  format: string,
  seed: number,
  from: number,
  to: number,
  onOutcome: (outcome: FileOutcome) => void,
  onEnd: (index: number, how: "deaths" | "hangs") => void,
  onStart: (index: number) => void,
): Promise<number> {
  const script = new URL("./read_files.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, suite, format, ...[seed, from, to].map(String)],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let current = from - 1, done = from - 1, lastOutput = Date.now(), ended: "deaths" | "hangs" = "deaths";
  const watch = setInterval(() => {
    const hangs = Date.now() - lastOutput > SILENT_SECONDS * 1000;
    if (!hangs && residentBytes(child.pid) < MOST_RESIDENT) return;
    if (hangs) ended = "hangs";
    child.kill("SIGKILL");
  }, 250);
  try {
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) {
      lastOutput = Date.now();
      const event: { starts: number } | FileOutcome = JSON.parse(line);
      if ("starts" in event) {
        current = event.starts;
        onStart(current);
      } else {
        done = event.index;
        onOutcome(event);
      }
    }
    await child.status;
  } finally {
    clearInterval(watch);
  }
  if (done === to - 1) return to;
  if (current === done) throw new Error(`The process that reads ${format} ends before file ${done + 1}`);
  onEnd(current, ended);
  return current + 1;
}

function residentBytes(pid: number): number {
  try {
    return 1024 * Number(Deno.readTextFileSync(`/proc/${pid}/status`).match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
