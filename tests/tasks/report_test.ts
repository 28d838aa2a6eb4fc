import assert from "node:assert/strict";
import { temporaryFolder } from "../data/temporary_folder.ts";
import { requireStudy } from "../../tasks/require_study.ts";
import { runTask } from "./run_task.ts";

Deno.test("report refuses a study that has not been made, and names those that have", async () => {
  await using folder = await temporaryFolder();
  const { code, out, error } = await runTask("report", "--results", folder.path);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(error, /^There is no finished study "quick" in .*\. It has none: make one with deno task study/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await Deno.mkdir(`${folder.path}/mine-quick`);
  await Deno.writeTextFile(`${folder.path}/mine-quick/analysis.json`, "{}");
  await requireStudy("mine-quick", folder.path);
  await assert.rejects(requireStudy("mine", folder.path), /It has mine-quick: did you mean --study mine-quick\?/);
});
