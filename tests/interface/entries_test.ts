import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { exportedNames } from "../../tasks/jupyter/cells/exported_names.ts";
import { ENTRIES } from "../../tasks/jupyter/cells/library_names.ts";

const folder = projectFolder();
const project: { name: string; version: string; exports: Record<string, string>; imports: Record<string, string> } =
  JSON
    .parse(Deno.readTextFileSync(join(folder, "deno.json")));
const names = async (entry: string) => await exportedNames(ENTRIES.get(entry)!);

/** Most names that the main entry exports: what nobody can take in at a glance belongs into the layers' entries. */
const MOST_NAMES = 80;

Deno.test("the main entry exports at most 80 names", async () => {
  const { size } = await names("lib");
  assert.ok(size <= MOST_NAMES, `lib/mod.ts exports ${size} names: move some to an entry such as lib/evaluate`);
});

Deno.test("every name of the main entry is a name of its layer's entry too", async () => {
  const layers = [...ENTRIES.keys()].filter((entry) => entry !== "lib");
  const known = new Set((await Promise.all(layers.map(names))).flatMap((set) => [...set]));
  // lib/io has no entry.
  const missing = [...await names("lib")].filter((name) =>
    !known.has(name) && !["hasName", "registryNames", "UserError"].includes(name)
  );
  assert.deepEqual(missing, []);
});

Deno.test("within the project an entry is imported as lib/…, from outside as the package's", () => {
  for (const [name, path] of Object.entries(project.exports)) {
    assert.equal(project.imports[name.replace(/^\./, "lib")], path);
    assert.ok(Deno.statSync(join(folder, path)).isFile);
  }
});

Deno.test("the package has a scope and a version", () => {
  assert.match(project.name, /^@[\w-]+\/[\w-]+$/);
  assert.match(project.version, /^\d+\.\d+\.\d+$/);
});
