import assert from "node:assert/strict";
import { createTask } from "lib/task";
import { describeRule } from "../../tasks/predict/describe_rule.ts";

Deno.test("a rule of objects is described without the least areas that leave out nothing", () => {
  const task = createTask({ task: "foreground" });
  const describe = (parameters: Record<string, number>) => describeRule({ divides: true, parameters } as never, task);
  assert.equal(
    describe({ threshold: 0.6, prominence: 0.15, minArea: 0 }),
    "touching objects are divided (threshold 0.6, prominence 0.15)",
  );
  assert.match(describe({ threshold: 0.6, minArea: 10 }), /\(threshold 0\.6, minArea 10\)$/);
});
