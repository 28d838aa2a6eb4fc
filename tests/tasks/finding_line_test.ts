import assert from "node:assert/strict";
import { findingLine } from "../../tasks/finding_line.ts";

Deno.test("a finding names its images, unless its message does", () => {
  const unread = { severity: "error", message: "a/b.png cannot be read: it is cut off", ids: ["b"] } as const;
  assert.equal(findingLine({ ...unread, ids: ["b"], namesImage: true }), `error    ${unread.message}`);
  assert.equal(findingLine({ ...unread, ids: ["b"] }), `error    ${unread.message}: b`);
  const warning = { severity: "warning", message: "2 masks without any object", ids: ["b", "c"] } as const;
  assert.equal(findingLine({ ...warning, ids: ["b", "c"] }), "warning  2 masks without any object: b, c");
  assert.equal(findingLine({ ...warning, ids: ["b", "c"] }, 1), "warning  2 masks without any object: b, …");
});
