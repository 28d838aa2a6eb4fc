import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("a test file that does not load is a failure that names it, and the other files run", async () => {
  await using folder = await temporaryFolder();
  const [broken, sound] = ["broken", "sound"].map((name) => join(folder.path, `${name}_test.ts`));
  await Deno.writeTextFile(broken, `throw new Error("nothing here");`);
  await Deno.writeTextFile(sound, `Deno.test("a sound one", () => {});`);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", join(projectFolder(), "tests/load_files.ts"), "--", broken, sound],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(success, false);
  assert.match(text, /broken_test\.ts loads \.\.\. FAILED/);
  assert.match(text, /nothing here/);
  assert.match(text, /a sound one \.\.\. ok/);
  assert.match(text, /1 passed \| 1 failed/);
});
