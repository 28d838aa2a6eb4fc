import assert from "node:assert/strict";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { type TestFile, testFiles, testGroups, testTags } from "../../tasks/test_files.ts";

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

Deno.test("each test file is in one group; those that run notebooks are together, and long ones come first", () => {
  const file = (path: string, ...tags: string[]): TestFile => ({ path: `tests/${path}`, tags });
  const groups = testGroups([
    file("nn/ops_test.ts", "slow"),
    file("io/text_test.ts"),
    file("nn/smp_test.ts", "slow", "long"),
    file("jupyter/notebook_test.ts", "slow", "notebooks"),
    file("nn/other_test.ts", "slow"),
    file("study/claims_test.ts", "slow", "notebooks"),
    file("nn/names_test.ts"),
    file("train/fit_test.ts", "slow"),
  ]);
  assert.deepEqual(groups, [
    { paths: ["tests/jupyter/notebook_test.ts", "tests/study/claims_test.ts"], quick: false, oneThread: true },
    { paths: ["tests/nn/smp_test.ts"], quick: false, oneThread: false },
    { paths: ["tests/nn/ops_test.ts", "tests/nn/other_test.ts"], quick: false, oneThread: false },
    { paths: ["tests/io/text_test.ts", "tests/nn/names_test.ts"], quick: true, oneThread: false },
    { paths: ["tests/train/fit_test.ts"], quick: false, oneThread: false },
  ]);
  const files = testFiles(projectFolder());
  assert.deepEqual(testGroups(files).flatMap(({ paths }) => paths).sort(), files.map(({ path }) => path));
});
