// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { CommandError, commandExists, explain, runCommand, TimeLimitError } from "../../tasks/setup/command.ts";

/** Whether a process is there: signal 0 asks, and sends nothing. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

Deno.test("a command gives its output, and its words when it fails", async () => {
  assert.equal(await runCommand("sh", ["-c", "echo a; echo b >&2; echo $C"], { env: { C: "c" } }), "a\nc\nb\n");
  await assert.rejects(
    runCommand("sh", ["-c", "echo why >&2; exit 3"]),
    (error: Error) => error instanceof CommandError && /why/.test(error.message),
  );
  assert.equal(await commandExists("sh"), true);
  assert.equal(await commandExists("no-such-command"), false);
});

Deno.test("a command that takes too long is ended, also one that does not listen, and the sentence says what to do", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const pidFile = join(folder, "pid");
    for (const trap of ["", "trap '' TERM;"]) {
      const script = `${trap} echo $$ > ${pidFile}; while true; do sleep 0.1; done`;
      await assert.rejects(
        runCommand("sh", ["-c", script], {
          seconds: 1,
          what: "Printing the PDF",
          wayOut: "look at the page",
          graceMs: 300,
        }),
        (error: Error) =>
          error instanceof TimeLimitError &&
          error.message === "Printing the PDF took longer than 1 s and was ended: look at the page." &&
          explain(error) === error.message,
      );
      assert.equal(isAlive(Number(await Deno.readTextFile(pidFile))), false);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Ctrl-C ends the command that runs, and what follows it is still done", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const pidFile = join(folder, "pid"), module = join(projectFolder(), "tasks/setup/command.ts");
    const code = `
      import { runCommand } from ${JSON.stringify(module)};
      try {
        await runCommand("sh", ["-c", "echo $$ > ${pidFile}; sleep 60 & wait"]);
      } catch (error) {
        console.log(error.name + ": " + error.message);
      } finally {
        console.log("removed");
      }`;
    const script = join(folder, "script.ts");
    await Deno.writeTextFile(script, code);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", join(projectFolder(), "deno.json"), script],
      stdout: "piped",
    }).spawn();
    let pid = 0;
    while (!pid) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      pid = Number(await Deno.readTextFile(pidFile).catch(() => ""));
    }
    child.kill("SIGINT");
    const { stdout } = await child.output();
    assert.equal(new TextDecoder().decode(stdout), "StoppedError: Stopped: run the same command again\nremoved\n");
    assert.equal(isAlive(pid), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
