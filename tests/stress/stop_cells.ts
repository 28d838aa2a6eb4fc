/**
 * Stops cells of every kind in a notebook's kernel, each after a random time. It checks that they end, that later cells
 * run, and that nothing is left that looks like a result.
 */
import { join } from "node:path";
import { Random } from "lib/math/random.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { TextLineStream } from "lib/io/text_lines.ts";
import type { StressOptions, StressResult } from "./check.ts";
import { type StopKind, stopKinds, type StopWorld } from "./stop_kinds.ts";

/**
 * A cell that takes longer to end has failed the check. The message that a kernel must be restarted comes after 8 s.
 */
const SECONDS = 20;

/** The end of a cell, as `tests/jupyter/stop_cells.py` writes it. */
export interface StoppedCell {
  name: string;
  ok: boolean;
  seconds?: number;
  delay?: number;
  text?: string;
  error?: string;
  after?: string;
}

/** Starts servers and makes a folder for the cells. */
async function withWorld<T>(work: (world: StopWorld) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  const slow = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ signal }) => {
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new Uint8Array(100_000));
        while (!signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          try {
            controller.enqueue(new Uint8Array(1));
          } catch {
            return;
          }
        }
      },
    });
    return new Response(body, { headers: { "content-length": "10000000" } });
  });
  const silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const accepted: Deno.Conn[] = [];
  (async () => {
    for await (const connection of silent) accepted.push(connection);
  })().catch(() => {});
  try {
    return await work({
      slow: `http://127.0.0.1:${slow.addr.port}/file.zip`,
      silent: `http://127.0.0.1:${silent.addr.port}/`,
      folder,
    });
  } finally {
    for (const connection of accepted) connection.close();
    silent.close();
    await slow.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Stops the chosen kinds of cells, in order. */
export function stopCells(
  choose: (kinds: StopKind[]) => StopKind[],
  { seed, onCell }: { seed: number; onCell?: (cell: StoppedCell) => void },
): Promise<StoppedCell[]> {
  return withWorld(async (world) => {
    const root = projectFolder().replace(/\/$/, ""), script = join(root, "tests/jupyter/stop_cells.py");
    const child = new Deno.Command(join(root, ".venv/bin/python"), {
      args: [script, root, JSON.stringify(choose(stopKinds(world))), String(seed)],
      stdout: "piped",
    }).spawn();
    const cells: StoppedCell[] = [];
    for await (const line of child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
      cells.push(JSON.parse(line));
      onCell?.(cells.at(-1)!);
    }
    if (!(await child.status).success) throw new Error(`${script} failed after ${cells.length} cells`);
    return cells;
  });
}

export async function run({ count, seed, onProgress }: StressOptions): Promise<StressResult> {
  let done = 0;
  const cells = await stopCells((kinds) => {
    const order = new Random(seed, 0x570b).permutation(kinds.length);
    return Array.from({ length: count }, (_, i) => kinds[order[i % kinds.length]]);
  }, { seed, onCell: () => onProgress?.(++done / count) });
  const failed = cells.filter(({ ok, seconds = 0 }) => !ok || seconds > SECONDS);
  const seconds = cells.flatMap(({ seconds = [] }) => seconds).sort((a, b) => a - b);
  return {
    name: "stop_cells",
    bar:
      `Each kind of cell ends within ${SECONDS} s of a Stop or says that the kernel must be restarted, later cells ` +
      "run, and nothing is left that looks like a result",
    passed: cells.length === count && failed.length === 0,
    counts: {
      "cells stopped": cells.length,
      "not as they should": failed.length,
      "seconds in the middle": seconds[seconds.length >> 1] ?? 0,
      "seconds at most": seconds.at(-1) ?? 0,
    },
    notes: failed.map((cell) => JSON.stringify(cell)),
  };
}

if (import.meta.main) {
  const wanted = Deno.args;
  await stopCells(
    (kinds) => kinds.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part))),
    {
      seed: 1,
      onCell: (cell) => console.log(JSON.stringify(cell)),
    },
  );
}
