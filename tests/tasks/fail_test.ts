// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { replaceText } from "lib/io/replace_file.ts";
import { createModel } from "lib";
import { UserError } from "lib/io/user_error.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { explainError } from "../../tasks/fail.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

/** An error as Deno makes it of the system's. */
const systemError = (code: string, message: string) => Object.assign(new Error(message), { code });

/** How work fails, in words. */
async function failure(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    return explainError(error);
  }
  assert.fail("it did not fail");
}

Deno.test("what the system refuses is said in sentences that name the file", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  assert.equal(
    await failure(() => Deno.readFile(join(folder.path, "none"))),
    `${folder.path}/none does not exist. Check the path.`,
  );
  assert.match(
    await failure(() => Deno.readFile(folder.path)),
    /is a folder, but a file is needed\. Check the path\.$/,
  );
  assert.match(await failure(() => Deno.mkdir(join(file, "sub"))), /goes through a file that is not a folder/);
  assert.match(
    await failure(() => Deno.writeTextFile(join(folder.path, "x".repeat(300)), "")),
    /too long for the disk/,
  );
  const sentences: [string, string, RegExp][] = [
    [
      "ENOSPC",
      "No space left on device (os error 28)",
      /^The disk is full\. Free some space and run the same command again\.$/,
    ],
    [
      "ENOSPC",
      "No space left on device (os error 28): writefile '/a/b'",
      /^The disk is full: \/a\/b was not written\./,
    ],
    [
      "EROFS",
      "Read-only file system (os error 30): mkdir '/ro/z'",
      /^\/ro\/z cannot be written: its disk is read-only\./,
    ],
    ["EACCES", "Permission denied (os error 13): rename '/a' -> '/b'", /^\/b cannot be used: permission is denied\./],
    ["ENOLCK", "No locks available (os error 37)", /no file locks.*--results folder on another disk/],
  ];
  for (const [code, message, expected] of sentences) assert.match(explainError(systemError(code, message)), expected);
});

Deno.test("replaceFile() names the file that it could not write", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "taken"));
  await assert.rejects(replaceText(join(folder.path, "taken"), ""), /\(os error \d+\): write '.*\/taken'$/);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["taken"]);
});

Deno.test("errors that a user can mend have no stack and no numbers of the system; others keep their stack", () => {
  assert.equal(
    explainError(new ConfigError("a.png cannot be read: No such file or directory (os error 2): open 'a.png'")),
    "a.png cannot be read: No such file or directory",
  );
  assert.equal(explainError(new UserError("add the masks")), "add the masks");
  assert.throws(
    () => createModel({ architecture: "unet", encoderDepth: 3 }),
    (error) => /^decoderChannels has 5 entries.*give one per stage$/.test(explainError(error)),
  );
  // Not by its name: whoever wrote it did not say that a user can mend it.
  const named = Object.assign(new Error("a bug"), { name: "ConfigError" });
  for (const error of [named, new RangeError("Invalid array length")]) assert.match(explainError(error), /\n +at /);
  assert.match(explainError(new Error("a bug")), /bug in the program\..*\nError: a bug\n +at /);
});
