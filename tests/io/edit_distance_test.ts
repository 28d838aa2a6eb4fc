import assert from "node:assert/strict";
import { editDistance } from "lib/io/edit_distance.ts";

Deno.test("editDistance() counts letters to insert, delete and replace", () => {
  for (
    const [a, b, edits] of [["kitten", "sitting", 3], ["", "abc", 3], ["abc", "abc", 0], ["ab", "ba", 2]] as const
  ) {
    assert.equal(editDistance(a, b), edits);
    assert.equal(editDistance(b, a), edits);
  }
});
