import assert from "node:assert/strict";
import { testTags } from "../../tasks/test.ts";

Deno.test("a test file's tags are the words of its first line", () => {
  assert.deepEqual(testTags("// @tags slow long\nimport x;"), ["slow", "long"]);
  assert.deepEqual(testTags("// @tags slow\n"), ["slow"]);
  assert.deepEqual(testTags("import x;\n// @tags slow\n"), []);
});
