// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";

Deno.test("a report of no study, an unknown one or an unfinished one is refused at once, and nothing is written", async () => {
  await using folder = await temporaryFolder();
  const report = async (...args: string[]) => {
    const { code, out, error } = await runTask("report", ...args);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.equal(error.trim().split("\n").length, 1, error);
    return error;
  };
  assert.match(
    await report("--results", folder.path),
    /^There is no study in .*: make one with deno task study --results/,
  );
  assert.match(await report("--study", "quik"), /^There is no study "quik" in .*: choose one of .*quick/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await Deno.mkdir(join(folder.path, "mine"));
  await Deno.writeTextFile(join(folder.path, "mine/grid.json"), "{}");
  assert.match(
    await report("--results", folder.path),
    /^There is no study "quick" in .*: name one of mine with --study/,
  );
  assert.match(
    await report("--results", folder.path, "--study", "mine"),
    /mine is not finished: run its deno task study again/,
  );
});
