import assert from "node:assert/strict";
import { projectFolder } from "lib/runtime/library.ts";
import { testFiles } from "../../tasks/test_files.ts";

Deno.test("the tests that run are those of all folders, however deep", () => {
  const files = testFiles(projectFolder());
  for (const path of ["tests/data/layouts/manifest_test.ts", "tests/tasks/test_files_test.ts"]) {
    assert.ok(files.includes(path), path);
  }
  assert.ok(files.every((path) => path.endsWith("_test.ts")));
});
