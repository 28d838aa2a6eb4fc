// @tags slow
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodeImage } from "lib/images";
import { CASES, encodeCase } from "../../fixtures/object_files/cases.ts";

const judged = JSON.parse(await Deno.readTextFile(new URL("../../fixtures/object_files.json", import.meta.url)));

Deno.test("more than 65,535 objects are written in 32 bits and as that many ROIs, which other programs read", async () => {
  const files = encodeCase("many"), [{ data }] = CASES.many().pages;
  for (const [file, bytes] of Object.entries(files)) {
    assert.equal(createHash("sha256").update(bytes).digest("hex"), judged.sha256.many[file], file);
  }
  assert.deepEqual((await decodeImage(files["labels.tif"], "labels.tif")).data, Float32Array.from(data));
});
