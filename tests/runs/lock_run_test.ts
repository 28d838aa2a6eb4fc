import assert from "node:assert/strict";
import { join } from "node:path";
import { lockRun, RunInUseError } from "lib/runs/lock_run.ts";
import { OWNER, SILENCE } from "lib/runs/lock_owner.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

/** Leaves the folder as a process on another computer leaves it whose last sign of life was some time ago. */
async function leaveOwner(folder: string, host: string, silent: number): Promise<void> {
  const path = join(folder, OWNER), then = new Date(Date.now() - silent);
  await Deno.writeTextFile(path, JSON.stringify({ host, pid: 7, token: "other" }));
  await Deno.utime(path, then, then);
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("a folder is locked once, and freed at the end of the block", async () => {
  await using folder = await temporaryFolder();
  {
    using lock = await lockRun(folder.path);
    assert.ok(await lock.isHeld());
    await assert.rejects(lockRun(folder.path), RunInUseError);
  }
  assert.deepEqual(names(folder.path), ["lock"]);
  using _again = await lockRun(folder.path);
});

Deno.test("a folder that a living process on another computer holds is refused with its name, and left as it is", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node7", 20_000);
  const before = await Deno.readTextFile(join(folder.path, OWNER));
  await assert.rejects(
    lockRun(folder.path, { host: "node8" }),
    (error: Error) =>
      error instanceof RunInUseError &&
      /^Process 7 on node7 is working on .* sign of life 2\d s ago: wait for it, .* free in 1[56]\d s$/.test(
        error.message,
      ),
  );
  assert.equal(await Deno.readTextFile(join(folder.path, OWNER)), before);
  assert.deepEqual(names(folder.path).sort(), ["lock", OWNER]);
});

Deno.test("a folder whose holder on another computer is silent for long is taken over", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node7", SILENCE + 1000);
  using lock = await lockRun(folder.path, { host: "node8" });
  assert.ok(await lock.isHeld());
  assert.equal(JSON.parse(await Deno.readTextFile(join(folder.path, OWNER))).host, "node8");
});

Deno.test("a folder that a killed process of this computer left is locked at once", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node8", 0);
  using lock = await lockRun(folder.path, { host: "node8" });
  assert.ok(await lock.isHeld());
});

Deno.test("a lock that another computer took over is no longer held, and its end leaves the new holder's", async () => {
  await using folder = await temporaryFolder();
  {
    using lock = await lockRun(folder.path, { host: "node7" });
    await leaveOwner(folder.path, "node8", 0);
    assert.ok(!await lock.isHeld());
  }
  assert.equal(JSON.parse(await Deno.readTextFile(join(folder.path, OWNER))).host, "node8");
});

Deno.test("a wait for a folder of another computer ends when that computer frees it", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node7", 0);
  const waiting = lockRun(folder.path, { wait: true, host: "node8" });
  await Deno.remove(join(folder.path, OWNER));
  using lock = await waiting;
  assert.ok(await lock.isHeld());
});
