/**
 * Runs all cells of a ten-cell notebook at once, again and again, while all processors are busy, and counts the runs that
 * get stuck and the outputs that are lost: both are to be 0.
 *
 *     deno run -A tests/stress/run_all.ts [RUNS, 500 by default]
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { projectFolder } from "lib/runtime/library.ts";

const runs = Deno.args[0] ?? "500";
const root = projectFolder();
const cells: [code: string, output: string][] = [
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
const load = Array.from(
  { length: 2 * availableParallelism() },
  () => new Deno.Command(Deno.execPath(), { args: ["eval", "while (true);"] }).spawn(),
);
try {
  const { code } = await new Deno.Command(join(root, ".venv/bin/python"), {
    args: [join(root, "tests/jupyter/run_all.py"), root.replace(/\/$/, ""), runs, JSON.stringify(cells), "120"],
  }).spawn().status;
  Deno.exitCode = code;
} finally {
  for (const process of load) process.kill();
}
