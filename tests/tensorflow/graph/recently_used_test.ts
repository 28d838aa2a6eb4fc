import assert from "node:assert/strict";
import { RecentlyUsed } from "lib/tensorflow/graph/recently_used.ts";

Deno.test("RecentlyUsed gives up what was used longest ago, and nothing that is busy", () => {
  const gone: string[] = [], busy = new Set<string>();
  const values = new RecentlyUsed<string>(2, (value) => gone.push(value), (value) => busy.has(value));
  values.set("a", "A");
  values.set("b", "B");
  assert.equal(values.get("a"), "A");
  values.set("c", "C");
  assert.deepEqual(gone, ["B"]);
  assert.equal(values.get("b"), undefined);
  busy.add("A").add("C");
  values.set("d", "D");
  assert.deepEqual([gone, values.size], [["B"], 3]);
  busy.clear();
  values.set("e", "E");
  assert.deepEqual([gone, values.size], [["B", "A", "C"], 2]);
  busy.add("D").add("E");
  values.set("f", "F");
  busy.delete("D");
  assert.equal(values.size, 3);
  values.trim();
  assert.deepEqual([gone, values.size], [["B", "A", "C", "D"], 2]);
  values.clear();
  assert.deepEqual([gone.toSorted(), values.size], [["A", "B", "C", "D", "E", "F"], 0]);
});
