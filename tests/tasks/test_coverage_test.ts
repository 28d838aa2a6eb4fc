import assert from "node:assert/strict";
import { sumCoverage } from "../../tasks/test_coverage.ts";

Deno.test("coverage is summed up by layer of lib, and by folder elsewhere", () => {
  const file = (path: string, lines: number, run: number) =>
    `SF:/home/me/project/${path}\nFN:1,f\nDA:1,${run}\nLH:${run}\nLF:${lines}\nend_of_record\n`;
  const lcov = file("lib/io/a.ts", 10, 5) + file("lib/nn/ops/b.ts", 4, 4) + file("lib/io/c.ts", 10, 10) +
    file("tasks/predict/d.ts", 3, 0) + file("lib/mod.ts", 1, 1);
  assert.deepEqual(sumCoverage(lcov, "/home/me/project"), [
    { folder: "lib", lines: 1, run: 1 },
    { folder: "lib/io", lines: 20, run: 15 },
    { folder: "lib/nn", lines: 4, run: 4 },
    { folder: "tasks", lines: 3, run: 0 },
  ]);
});
