import assert from "node:assert/strict";
import { UserError } from "lib/io/user_error.ts";
import { DatasetError } from "lib/datasets/dataset.ts";

Deno.test("a UserError keeps its stack outside a notebook, and in one only the lines of its cells", () => {
  const here = /user_error_test/;
  assert.match(new DatasetError("no masks").stack!, here);
  const scope = globalThis as { __cell?: unknown };
  scope.__cell = {};
  try {
    // Code without a file, as a notebook's cells are.
    const fromCell = new Function("DatasetError", "return new DatasetError('no masks')");
    assert.match(new Error("a bug").stack!, here);
    assert.match(fromCell(DatasetError).stack, /^DatasetError: no masks\n +at .*<anonymous>:\d+:\d+\)?$/);
    assert.equal(new UserError("no masks").stack, "UserError: no masks");
  } finally {
    delete scope.__cell;
  }
});
