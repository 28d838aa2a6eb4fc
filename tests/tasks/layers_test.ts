import assert from "node:assert/strict";
import { importedPaths, layerProblems } from "../../tasks/layers/layer_problems.ts";

const layers = ["io", "nn/ops", "nn", "study"];
const problems = (modules: Record<string, string[]>) =>
  layerProblems(new Map(Object.entries(modules)), layers, ["mod.ts"]);

Deno.test("imports from the same layer, from lower ones and by an entry are no problem", () => {
  assert.deepEqual(
    problems({
      "mod.ts": ["study/run.ts", "io/read.ts"],
      "io/read.ts": [],
      "nn/ops/relu.ts": ["io/read.ts"],
      "nn/model.ts": ["nn/ops/relu.ts", "nn/weights.ts"],
      "nn/weights.ts": [],
      "study/run.ts": ["nn/model.ts"],
    }),
    [],
  );
});

Deno.test("an import from a higher layer is named with both files", () => {
  assert.match(
    problems({ "io/read.ts": ["study/run.ts"], "study/run.ts": [] })[0],
    /io\/read\.ts imports study\/run\.ts/,
  );
  assert.match(problems({ "nn/ops/relu.ts": ["nn/model.ts"], "nn/model.ts": [] })[0], /the higher layer nn/);
});

Deno.test("a circle within a layer is named with all its files", () => {
  const [problem, ...others] = problems({ "io/a.ts": ["io/b.ts"], "io/b.ts": ["io/c.ts"], "io/c.ts": ["io/a.ts"] });
  assert.deepEqual(others, []);
  for (const file of ["io/a.ts", "io/b.ts", "io/c.ts"]) assert.ok(problem.includes(file), problem);
});

Deno.test("a file in no layer is named", () => {
  assert.match(problems({ "misc/odd.ts": [] })[0], /misc\/odd\.ts is in no layer/);
});

Deno.test("imports of values, types, workers and for side effects are found, those in comments are not", () => {
  const source = `import { a } from "./a.ts";
import type { B } from "../io/b.ts";
import "./c.ts";
export * from "./d.ts";
/** import { no } from "./no.ts"; */
const worker = new URL("./e.ts", import.meta.url);
const type: import("./f.ts").F = await import("./g.ts");
import fs from "node:fs";
import {
  h,
} from "./h.ts";`;
  assert.deepEqual(
    importedPaths("nn/model.ts", source).toSorted(),
    ["io/b.ts", "nn/a.ts", "nn/c.ts", "nn/d.ts", "nn/e.ts", "nn/f.ts", "nn/g.ts", "nn/h.ts"],
  );
});
