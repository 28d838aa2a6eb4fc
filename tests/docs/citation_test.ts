import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";

Deno.test("the citation has the version and the licence of the package", async () => {
  const read = (name: string) => Deno.readTextFile(join(projectFolder(), name));
  const { version, license } = JSON.parse(await read("deno.json"));
  const lines = (await read("CITATION.cff")).split("\n");
  assert.ok(lines.includes(`version: ${version}`));
  assert.ok(lines.includes(`license: ${license}`));
});
