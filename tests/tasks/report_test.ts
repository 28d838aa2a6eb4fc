import assert from "node:assert/strict";
import { temporaryFolder } from "../data/temporary_folder.ts";
import { runTask } from "./run_task.ts";

Deno.test("report refuses a study that has not been made, and names those that have", async () => {
  await using folder = await temporaryFolder();
  const { code, out, error } = await runTask("report", "--results", folder.path);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(error, /^There is no study in .*: make one with deno task study/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await Deno.mkdir(`${folder.path}/mine-quick`);
  await Deno.writeTextFile(`${folder.path}/mine-quick/grid.json`, "{}");
  const other = await runTask("report", "--study", "mine", "--results", folder.path);
  assert.match(other.error, /^There is no study "mine" in .*: name one of mine-quick with --study/);
  const unfinished = await runTask("report", "--study", "mine-quick", "--results", folder.path);
  assert.match(unfinished.error, /is not finished: run its deno task study again/);
});
