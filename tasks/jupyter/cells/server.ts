/**
 * Answers questions of the kernel's proxy about cells, as JSON lines on standard input and output. A question and its
 * answer have the same `id`. If an answer fails, the cell or the error is not changed.
 */
import { TextLineStream } from "lib/io/text_lines.ts";
import type { Declared } from "./declared_names.ts";
import { describeName } from "./describe_name.ts";
import { explainError, type RunCell } from "./explain_error.ts";
import { exportedNames } from "./exported_names.ts";
import { ENTRIES, libraryNames } from "./library_names.ts";
import { prepareCell } from "./prepare_cell.ts";
import type { CellError } from "./cell_error.ts";

type Question =
  | { ask: "prepare"; id: number; code: string; count: number }
  | { ask: "explain"; id: number; error: CellError; stopping: boolean }
  | { ask: "inspect"; id: string; code: string; cursor_pos: number };

/** The names of each entry of the library. */
async function entryNames(): Promise<Map<string, Set<string>>> {
  return new Map(
    await Promise.all([...ENTRIES].map(async ([entry, path]) => [entry, await exportedNames(path)] as const)),
  );
}

const names = libraryNames();
names.catch(() => {});
const declared = new Map<string, Declared["kind"]>();
/** The cells that ran, the current one last, for errors in functions of earlier cells. */
const cells: RunCell[] = [];
const KEPT_CELLS = 200;

async function answer(question: Question): Promise<object> {
  switch (question.ask) {
    case "prepare": {
      const { code, count } = question;
      const prepared = await prepareCell(code, declared, entryNames);
      cells.push({ count, code, prepared: prepared.code });
      cells.splice(0, cells.length - KEPT_CELLS);
      return prepared;
    }
    case "explain": {
      const cell = cells.at(-1)!;
      return await explainError(question.error, cell, cells.slice(0, -1), question.stopping);
    }
    case "inspect": {
      const data = describeName(question.code, question.cursor_pos, await names);
      return data ? { data } : {};
    }
  }
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
for await (const line of lines) {
  const question: Question = JSON.parse(line);
  void answer(question).catch(() => ({})).then((result) => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...result, id: question.id }) + "\n");
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  });
}
