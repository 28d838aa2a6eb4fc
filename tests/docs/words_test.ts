import assert from "node:assert/strict";
import { join } from "node:path";
import { GLOSSARY } from "lib/study/answers/glossary.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

Deno.test("the ten words of the notebooks have the same meanings in the documentation", async () => {
  const page = await Deno.readTextFile(join(projectFolder(), "docs/getting-started.md"));
  assert.equal(Object.keys(GLOSSARY).length, 10);
  for (const [word, meaning] of Object.entries(GLOSSARY)) {
    assert.ok(page.includes(`\n| ${word} | ${meaning} |\n`), word);
  }
});
