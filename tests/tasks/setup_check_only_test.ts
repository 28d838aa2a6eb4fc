// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { copyProject } from "./copy_project.ts";

Deno.test("a node without set-up gets the command for the login node, and downloads nothing", async () => {
  await using folder = await temporaryFolder();
  await copyProject(folder.path);
  const before = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(folder.path, "tasks/setup.ts"), "--cpu"],
    env: { SETUP_CHECK_ONLY: "1", NO_COLOR: "1" },
  }).output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    /^Set-up is not complete for .*SETUP_CHECK_ONLY=1 downloads nothing: call "deno task setup --cpu" in .*, such as the login node\.\n$/,
  );
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), before);
});
