import assert from "node:assert/strict";
import { takeFiles } from "../../../tasks/page/view/take_files.ts";

Deno.test("takeFiles() takes the files that were chosen while the page loaded, and those of later choices", () => {
  const taken: string[][] = [], named = (...names: string[]) => names.map((name) => new File([], name));
  const input = { files: named("early.png"), value: "early.png", onchange: () => {} };
  const page = globalThis as { document?: unknown };
  page.document = { addEventListener: () => {} };
  try {
    takeFiles(input as never, {} as never, (files) => taken.push(files.map(({ name }) => name)));
  } finally {
    delete page.document;
  }
  assert.deepEqual([taken, input.value], [[["early.png"]], ""]);
  input.files = [];
  input.onchange();
  input.files = named("a.png", "b.png");
  input.onchange();
  assert.deepEqual(taken, [["early.png"], ["a.png", "b.png"]]);
});
