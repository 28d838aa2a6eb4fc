// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { temporaryFolder } from "../io/temporary_folder.ts";

const root = projectFolder();
const python = join(root, ".venv/bin/python");
const here = join(root, "tests/jupyter");

async function runPython(...args: string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(python, { args }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, stdout: out, stderr: err };
}

for (
  const name of [
    "cell_queue_test.py",
    "free_ports_test.py",
    "merge_streams_test.py",
    "proxy_send_test.py",
    "stop_test.py",
  ]
) {
  Deno.test(`the proxy's bookkeeping passes ${name}`, async () => {
    const { success, stderr } = await runPython(join(here, name));
    assert.ok(success, stderr);
    assert.match(stderr, /Ran [1-9]\d* tests?\b/);
  });
}

/** Runs all cells at once through the proxy, in front of a kernel that behaves like this. */
async function runAll(runs: number, behaviour: object): Promise<{ runs: number; stuck: number; lost: number }> {
  const cells = Array.from({ length: 10 }, (_, i) => [`cell ${i}`, `cell ${i}: first\ncell ${i}: last\n`]);
  const kernel = [python, join(here, "fake_kernel.py"), JSON.stringify(behaviour)];
  const { stdout, stderr } = await runPython(
    join(here, "run_all.py"),
    root,
    String(runs),
    JSON.stringify(cells),
    "60",
    String(runs),
    JSON.stringify(kernel),
  );
  const text = stdout.trim().split("\n").at(-1)!;
  assert.match(text, /^\{/, stderr);
  const { seconds: _, ...counts } = JSON.parse(text);
  return counts;
}

Deno.test("no cell is stuck where a kernel replies before or after idle, and no late output is lost", async () => {
  const behaviour = { replyAfter: [0, 0.005, 0.03, 0.2], idleAfter: [0, 0.02], lateOutput: 0.003 };
  assert.deepEqual(await runAll(5, behaviour), { runs: 5, stuck: 0, lost: 0 });
});

Deno.test("no cell is stuck where a kernel's idle and reply are lost", async () => {
  const behaviour = { replyAfter: [0], idleAfter: [0], dropIdle: ["cell 3"], dropReply: ["cell 6"] };
  assert.deepEqual(await runAll(1, behaviour), { runs: 1, stuck: 0, lost: 0 });
});

/** Starts the proxy in front of a kernel that behaves like this. */
async function startProxy(folder: string, behaviour: object): Promise<Deno.ChildProcess> {
  const connection = join(folder, "connection.json");
  await runPython(
    "-c",
    `from jupyter_client import write_connection_file as write; write(${JSON.stringify(connection)})`,
  );
  return new Deno.Command(python, {
    args: [join(root, "tasks/jupyter/kernel_proxy"), connection],
    env: { NOTEBOOK_KERNEL: JSON.stringify([python, join(here, "fake_kernel.py"), JSON.stringify(behaviour)]) },
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

Deno.test("a kernel that could not take its ports is started again, and the proxy ends as one that never can", async () => {
  await using folder = await temporaryFolder();
  const behaviour = { replyAfter: [0], idleAfter: [0], starts: join(folder.path, "starts"), failedStarts: 2 };
  assert.deepEqual(await runAll(1, behaviour), { runs: 1, stuck: 0, lost: 0 });
  assert.equal((await Deno.readTextFile(behaviour.starts)).trim().split("\n").length, 3);
  const proxy = await startProxy(folder.path, { ...behaviour, failedStarts: 100 });
  const { code, stderr } = await proxy.output();
  assert.deepEqual([code, new TextDecoder().decode(stderr)], [3, ""]);
});

Deno.test("the proxy ends its kernel also while it waits for it to listen", async () => {
  await using folder = await temporaryFolder();
  const starts = join(folder.path, "starts");
  const proxy = await startProxy(folder.path, { starts, failedStarts: 0, deaf: true });
  let kernel = 0;
  while (!kernel) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    kernel = Number(await Deno.readTextFile(starts).catch(() => ""));
  }
  proxy.kill("SIGTERM");
  assert.equal((await proxy.output()).code, 0);
  // The signal is on its way. One that ended may wait for the system to remove it.
  const isRunning = async (id: number) => {
    const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(id)] }).output();
    return /^[^Z]/.test(new TextDecoder().decode(stdout).trim());
  };
  while (await isRunning(kernel)) await new Promise((resolve) => setTimeout(resolve, 50));
});
