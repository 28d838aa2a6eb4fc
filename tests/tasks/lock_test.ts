// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const read = (path: string) => Deno.readTextFile(join(projectFolder(), path));

Deno.test("deno.json freezes the lock, and no command lifts that", async () => {
  const { lock, tasks } = JSON.parse(await read("deno.json"));
  assert.deepEqual(lock, { path: "deno.lock", frozen: true });
  const commands: string[] = Object.values<string | { command?: string }>(tasks).map((task) =>
    typeof task === "string" ? task : task.command ?? ""
  );
  for (const command of [...commands, await read(".ci/run")]) {
    assert.doesNotMatch(command, /--no-lock|--frozen=false|--lock\b/);
  }
});

Deno.test("a dependency that is not the locked one is an error, and the lock stays as it is", async () => {
  await using folder = await temporaryFolder();
  const lock = JSON.parse(await read("deno.lock"));
  const { imports, lock: frozen } = JSON.parse(await read("deno.json"));
  assert.ok(delete lock.specifiers["npm:fflate@0.8.3"], "the test names another version than deno.json");
  const changed = JSON.stringify(lock);
  await Deno.writeTextFile(join(folder.path, "deno.lock"), changed);
  await Deno.writeTextFile(
    join(folder.path, "deno.json"),
    JSON.stringify({ imports: { fflate: imports.fflate }, lock: frozen }),
  );
  await Deno.writeTextFile(join(folder.path, "use.ts"), `import { unzipSync } from "fflate";\nconsole.log(unzipSync);`);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "use.ts"],
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  }).output();
  const error = new TextDecoder().decode(stderr);
  assert.ok(!success);
  assert.match(error, /lockfile is out of date.*--frozen=false/is);
  assert.equal(await Deno.readTextFile(join(folder.path, "deno.lock")), changed);
});

Deno.test("every Python package that is installed has a version and hashes", async () => {
  const folder = join(projectFolder(), "tasks/requirements");
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".txt")) continue;
    const packages = (await Deno.readTextFile(join(folder, name))).trim().split(/\n(?=\S)/);
    for (const one of packages) assert.match(one, /^[\w.-]+(\[.*\])?==\S+ [^]*--hash=sha256:[0-9a-f]{64}/, name);
  }
  for (const file of ["bench/pinned_python.ts", "tasks/report/make_report.ts"]) {
    assert.match(await read(file), /"--require-hashes"/);
  }
});
