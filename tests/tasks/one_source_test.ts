import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { FOLLOWERS, followSource, SOURCE } from "../../tasks/notebooks/one_source.ts";

const read = (name: string) => Deno.readTextFile(join(projectFolder(), "notebooks", name));

Deno.test("a change of the source notebook reaches a follower, whose heading, architecture and outputs stay", async () => {
  const source = JSON.parse(await read(SOURCE)), before = JSON.parse(await read(FOLLOWERS[2]));
  source.cells[0].source = ["# Another heading"];
  source.cells[2].source.push("\nlet added = 1;");
  source.cells[13].source = ["lossCurve([1])"];
  source.cells.push({ ...source.cells[13], id: "new", outputs: [{ name: "stdout" }] });
  const after = JSON.parse(followSource(JSON.stringify(source), JSON.stringify(before)));
  assert.deepEqual(after.cells[0], before.cells[0]);
  assert.match(after.cells[2].source.join(""), /^let architecture: .* = "pspnet";\n[^]*let added = 1;$/);
  assert.deepEqual(after.cells[13], { ...before.cells[13], source: ["lossCurve([1])"] });
  assert.deepEqual([after.cells.at(-1).id, after.cells.at(-1).outputs], ["new", []]);
});

Deno.test("the notebooks of the architectures have equal cells", async () => {
  const source = await read(SOURCE);
  for (const name of FOLLOWERS) {
    const text = await read(name);
    assert.ok(followSource(source, text) === text, `run deno run -A tasks/sync_notebooks.ts: ${name} differs`);
  }
});
