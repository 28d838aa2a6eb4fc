import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CASES, encodeCase } from "../../fixtures/object_files/cases.ts";

/** Digests of the files that other programs read as they should: see judge_object_files.py. */
const { script, sha256: judged } = JSON.parse(
  await Deno.readTextFile(new URL("../../fixtures/object_files.json", import.meta.url)),
);

Deno.test("the digests are of files that the present judges confirmed", async () => {
  const hash = createHash("sha256");
  for (const name of ["judge_object_files.py", "JudgeImageJ.java"]) {
    hash.update(await Deno.readFile(new URL(`../../fixtures/object_files/${name}`, import.meta.url)));
  }
  assert.equal(hash.digest("hex"), script, "run the judges again: see judge_object_files.py");
});

for (const name of Object.keys(CASES)) {
  // 66,049 objects take seconds: many_objects_test.ts.
  if (name === "many") continue;
  Deno.test(`the files of "${name}" are those that tifffile, roifile, Shapely and ImageJ read as they should`, () => {
    const digests = Object.entries(encodeCase(name)).map(([file, bytes]) => [
      file,
      createHash("sha256").update(bytes).digest("hex"),
    ]);
    assert.deepEqual(Object.fromEntries(digests), judged[name]);
  });
}
