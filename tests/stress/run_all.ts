/**
 * Runs all cells of a ten-cell notebook repeatedly while all processors are busy, and counts the runs that hang and the
 * lost outputs. The kernel is restarted before every tenth run.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { TextLineStream } from "lib/io/text_lines.ts";
import type { StressOptions, StressResult } from "./check.ts";

const CELLS: [code: string, output: string][] = [
  [`const first: number = 1;\n\nconsole.log("one");`, "one\n"],
  [`for (let i = 0; i < 20; i++) console.log(i);`, Array.from({ length: 20 }, (_, i) => `${i}\n`).join("")],
  [`await new Promise((resolve) => setTimeout(resolve, 5));\nconsole.log("slept");`, "slept\n"],
  [`let sum = 0;\nfor (let i = 0; i < 1e6; i++) sum += i;\nconsole.log(sum);`, "499999500000\n"],
  [`console.log("x".repeat(50_000));`, "x".repeat(50_000) + "\n"],
  [`await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "shown" }, metadata: {} });`, "shown"],
  [`await Promise.all([1, 2, 3].map(async (n) => {\n  await null;\n  console.log(n);\n}));\nundefined`, "1\n2\n3\n"],
  [`console.error("warned");`, "warned\n"],
  [`function twice(n: number) {\n  return 2 * n;\n}\nconsole.log(twice(first));`, "2\n"],
  [`console.log("last");`, "last\n"],
];
/** A run that takes longer hangs. */
const SECONDS = 120;
const RUNS_PER_KERNEL = 10;

export async function run({ count, onProgress }: StressOptions): Promise<StressResult> {
  const root = projectFolder().replace(/\/$/, "");
  const load = Array.from(
    { length: availableParallelism() },
    () => new Deno.Command(Deno.execPath(), { args: ["eval", "while (true);"] }).spawn(),
  );
  try {
    const script = join(root, "tests/jupyter/run_all.py");
    const child = new Deno.Command(join(root, ".venv/bin/python"), {
      args: [script, root, String(count), JSON.stringify(CELLS), String(SECONDS), String(RUNS_PER_KERNEL)],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = new Response(child.stdout).text();
    const errors: string[] = [];
    for await (const line of child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
      const done = /^(\d+) of \d+ runs/.exec(line)?.[1];
      if (done) onProgress?.(Number(done) / count);
      else errors.push(line);
    }
    const last = (await output).trim().split("\n").at(-1)!;
    if (!last.startsWith("{")) throw new Error(`${script} gave no counts: ${errors.slice(-10).join("\n")}`);
    const { runs, stuck, lost } = JSON.parse(last);
    return {
      name: "run_all",
      bar: 'Of 500 "run all" of ten cells on a busy machine none is stuck, and no output is lost',
      passed: runs === count && stuck === 0 && lost === 0,
      counts: { runs, stuck, "outputs lost": lost },
      notes: [],
    };
  } finally {
    for (const process of load) process.kill();
  }
}
