import assert from "node:assert/strict";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { testFiles, testTags } from "../../tasks/test_files.ts";

Deno.test("the tests that run are those of all folders, however deep", () => {
  const paths = testFiles(projectFolder()).map(({ path }) => path);
  for (const path of ["tests/datasets/layouts/manifest_test.ts", "tests/tasks/test_files_test.ts"]) {
    assert.ok(paths.includes(path), path);
  }
  assert.ok(paths.every((path) => path.endsWith("_test.ts")));
});

Deno.test("a test file's tags are the words of its first line", () => {
  assert.deepEqual(testTags("// @tags slow long\nimport x;"), ["slow", "long"]);
  assert.deepEqual(testTags("// @tags slow\n"), ["slow"]);
  assert.deepEqual(testTags("import x;\n// @tags slow\n"), []);
});
