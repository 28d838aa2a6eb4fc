import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { encodeGeoJson, encodeLabelTiff, encodeRoiArchive, ObjectFileError } from "lib/objects";
import { CASES, encodeStackCase } from "../../fixtures/stack_files/cases.ts";

const fixtures = new URL("../../fixtures/", import.meta.url);
/** Digests of the files that other programs read as they should: see judge_stack_files.py. */
const { script, sha256: judged } = JSON.parse(await Deno.readTextFile(new URL("stack_files.json", fixtures)));

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

Deno.test("the digests of stacks are of files that the present judges confirmed", async () => {
  const hash = createHash("sha256");
  for (const name of ["judge_stack_files.py", "JudgeStacks.java"]) {
    hash.update(await Deno.readFile(new URL(`stack_files/${name}`, fixtures)));
  }
  assert.equal(hash.digest("hex"), script, "run the judges again: see judge_stack_files.py");
});

for (const name of Object.keys(CASES)) {
  Deno.test(`the pages of "${name}" are where tifffile, roifile, ome-types and ImageJ expect them`, () => {
    const digests = Object.entries(encodeStackCase(name)).map(([file, bytes]) => [file, sha256(bytes)]);
    assert.deepEqual(Object.fromEntries(digests), judged[name]);
  });
}

Deno.test("a stack with another number of pages than its axes is refused", () => {
  const page = { width: 1, height: 1, data: new Uint16Array(1) }, axis = { z: 2, t: 2, first: "z" } as const;
  const refusal = (error: unknown) =>
    error instanceof ObjectFileError &&
    error.message === "A stack of 2 planes and 2 times has 4 pages, not 3: give all its pages";
  assert.throws(() => encodeLabelTiff([page, page, page], { axis }), refusal);
  assert.throws(() => encodeGeoJson([[], [], []], { axis }), refusal);
  assert.throws(() => encodeRoiArchive([[], [], []], { axis }), refusal);
});
