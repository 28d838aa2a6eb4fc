import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { lockRun, RunInUseError } from "lib/runs/lock_run.ts";
import { OWNER, SILENCE } from "lib/runs/lock_owner.ts";
import { StoppedError } from "lib/runs/stopped_error.ts";
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

Deno.test("a full disk is reported with a way out, and leaves no holder behind", async () => {
  await using folder = await temporaryFolder();
  const { prototype } = Deno.FsFile, { write } = prototype;
  prototype.write = () => Promise.reject(Object.assign(new Error("No space left on device"), { code: "ENOSPC" }));
  try {
    await assert.rejects(
      lockRun(folder.path),
      /lock\.owner cannot be written \(No space left on device\): free some space, or choose another folder with --results$/,
    );
  } finally {
    prototype.write = write;
  }
  assert.deepEqual(names(folder.path), ["lock"]);
  using lock = await lockRun(folder.path);
  assert.ok(await lock.isHeld());
});

Deno.test("a folder of another user says how a group shares it", async () => {
  await using folder = await temporaryFolder();
  const { open } = Deno;
  Deno.open = () => Promise.reject(Object.assign(new Error("Permission denied"), { code: "EACCES" }));
  try {
    await assert.rejects(
      lockRun(folder.path),
      /lock cannot be written \(Permission denied\): let your group write the folder/,
    );
  } finally {
    Deno.open = open;
  }
});

/** Replaces `Deno.stat` until it is disposed of. */
function replaceStat(stat: typeof Deno.stat): Disposable {
  const before = Deno.stat;
  Deno.stat = stat;
  return {
    [Symbol.dispose]() {
      Deno.stat = before;
    },
  };
}

Deno.test("a folder stays with its living holder if the time of its last sign of life cannot be found out", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node7", 20_000);
  const before = await Deno.readTextFile(join(folder.path, OWNER));
  const stat = Deno.stat;
  const failures: [string, Error][] = [
    // The holder removes partial files from its folder, also that which asks for the time.
    [".clock", new Deno.errors.NotFound("No such file")],
    [OWNER, new Deno.errors.PermissionDenied("Stale file handle")],
  ];
  for (const [name, error] of failures) {
    using _stat = replaceStat((path) => String(path).includes(name) ? Promise.reject(error) : stat(path));
    await assert.rejects(lockRun(folder.path, { host: "node8" }), RunInUseError);
    assert.equal(await Deno.readTextFile(join(folder.path, OWNER)), before);
  }
});

Deno.test("a folder that its holder frees while it is looked at is taken at once", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node7", 0);
  const stat = Deno.stat, path = join(folder.path, OWNER);
  using _stat = replaceStat(async (each) => {
    if (each === path) await Deno.remove(path).catch(() => {});
    return await stat(each);
  });
  using lock = await lockRun(folder.path, { host: "node8" });
  assert.ok(await lock.isHeld());
});

Deno.test("a process learns that another computer took its folder, and never writes into the other's file", async () => {
  await using folder = await temporaryFolder();
  using lock = await lockRun(folder.path, { host: "node7", beat: 5 });
  assert.ok(!lock.lost.aborted);
  await Deno.remove(join(folder.path, OWNER));
  await leaveOwner(folder.path, "node8", 0);
  const text = await Deno.readTextFile(join(folder.path, OWNER));
  while (!lock.lost.aborted) await delay(5);
  assert.ok(!await lock.isHeld());
  assert.equal(await Deno.readTextFile(join(folder.path, OWNER)), text);
});

Deno.test("a wait for a folder of another computer ends when that computer frees it", async () => {
  await using folder = await temporaryFolder();
  await leaveOwner(folder.path, "node7", 0);
  using watcher = Deno.watchFs(folder.path);
  let isLocked = false;
  const waiting = lockRun(folder.path, { wait: true, host: "node8" }).finally(() => isLocked = true);
  // It asked for the time once, and was refused.
  for await (const { kind, paths } of watcher) {
    if (kind === "remove" && paths.some((path) => path.includes(".clock"))) break;
  }
  assert.ok(!isLocked);
  await Deno.remove(join(folder.path, OWNER));
  using lock = await waiting;
  assert.ok(await lock.isHeld());
});

Deno.test("a signal ends the wait for a folder of this computer, and for one of another", async () => {
  for (const isHere of [true, false]) {
    await using folder = await temporaryFolder();
    using _held = isHere ? await lockRun(folder.path) : undefined;
    if (!isHere) await leaveOwner(folder.path, "node7", 0);
    const stop = new AbortController();
    const waiting = lockRun(folder.path, { wait: true, host: "node8", signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(waiting, StoppedError);
  }
  await using free = await temporaryFolder();
  using lock = await lockRun(free.path, { wait: true, signal: new AbortController().signal });
  assert.ok(await lock.isHeld());
});
