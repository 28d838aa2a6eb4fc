// @tags slow
import assert from "node:assert/strict";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { damageFiles, flipBit, truncate } from "./flips.ts";

for (const [damage, what, count] of [[flipBit, "flipped bit in", 60], [truncate, "cut end of", 30]] as const) {
  Deno.test(`no ${what} a results folder is read silently, or ends in an error without the file's name`, async () => {
    await using folder = await temporaryFolder();
    const { counts, notes } = await damageFiles(folder.path, { count, seed: 3, damage });
    assert.deepEqual(notes, []);
    assert.ok(counts.refused > count / 3 && counts["fell back"] > count / 20, JSON.stringify(counts));
    assert.equal(counts.refused + counts["fell back"] + counts.harmless, count);
  });
}
