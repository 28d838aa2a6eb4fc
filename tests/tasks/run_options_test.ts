import assert from "node:assert/strict";
import { ConfigError } from "lib";
import { readingOptions } from "../../tasks/run_options.ts";

Deno.test("--channels and --runs are read, and refused with what they can be", () => {
  assert.deepEqual(readingOptions({}), {});
  assert.deepEqual(readingOptions({ channels: "2" }), { channels: [2] });
  assert.deepEqual(readingOptions({ channels: "3, 2,1", runs: "rows" }), { channels: [3, 2, 1], runs: "rows" });
  for (const channels of ["", "0", "1,2", "red", "1.5"]) {
    assert.throws(
      () => readingOptions({ channels }),
      (error: Error) => error instanceof ConfigError && /--channels is ".*": give one channel/.test(error.message),
      channels,
    );
  }
  assert.throws(() => readingOptions({ runs: "diagonal" }), /--runs is "diagonal": give rows or columns/);
});
