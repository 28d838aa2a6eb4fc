// @tags slow
import assert from "node:assert/strict";
import { stopCells } from "../stress/stop_cells.ts";

/** All kinds are stopped by `deno task test:stress --only stop_cells`. */
const SAMPLE = [
  "a large image",
  "a download of a data set",
  "a download in a loop",
  "nested functions",
  "a loop that prints",
  "a step that is being compiled",
  "modules that are loaded",
];

Deno.test("stopped cells end, later cells run, and nothing looks like a result", async () => {
  const cells = await stopCells((kinds) => SAMPLE.map((wanted) => kinds.find(({ name }) => name === wanted)!), {
    seed: 1,
  });
  assert.deepEqual(cells.filter(({ ok }) => !ok), []);
  assert.deepEqual(cells.map(({ name }) => name), SAMPLE);
});
