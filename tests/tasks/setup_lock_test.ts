// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { CommandError, explain } from "../../tasks/setup/command.ts";
import { pythonEnvironment } from "../../tasks/setup/python_environment.ts";
import { lockSetup } from "../../tasks/setup/setup_lock.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("a second set-up says who runs, waits for the first, and goes on", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "cache/setup.lock"), waits: string[] = [];
  const first = await lockSetup(path, () => assert.fail("it waits for nobody"));
  let isHeld = false;
  const second = lockSetup(path, (process) => waits.push(process)).then((lock) => {
    isHeld = true;
    return lock;
  });
  while (waits.length === 0) await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual([waits, isHeld], [[String(Deno.pid)], false]);
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  assert.ok(isHeld);
});

Deno.test("a Python environment that cannot be made is no bug of the program", async () => {
  const name = `test-${crypto.randomUUID()}`;
  try {
    await assert.rejects(pythonEnvironment(name, "nothing", [], "stamp", "false"), {
      name: "UserError",
      message: /^Set-up stopped .*: run the same command again\.$/,
    });
  } finally {
    await Deno.remove(join(projectFolder(), ".cache", `${name}.lock`));
  }
});

Deno.test("a missing venv module is said only where it is missing", () => {
  const explained = (output: string) => explain(new CommandError("python3 -m venv", output));
  assert.match(
    explained("The virtual environment was not created successfully because ensurepip is not available."),
    /no venv module/,
  );
  assert.match(explained("No module named 'venv'"), /no venv module/);
  assert.doesNotMatch(
    explained("Command '['.venv/bin/python', '-m', 'ensurepip']' died: No such file"),
    /no venv module/,
  );
  assert.match(
    explained("PermissionError: [Errno 13] Permission denied: '/opt/project/.venv'"),
    /^\/opt\/project\/\.venv cannot be written/,
  );
});
