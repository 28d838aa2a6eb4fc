// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { findLibrary, LibraryError, projectFolder } from "lib/tensorflow/ffi/library.ts";
import { CommandError, explain } from "../../tasks/setup/command.ts";
import { hasMoved } from "../../tasks/setup/jupyter_settings.ts";
import { copyProject } from "./copy_project.ts";

Deno.test("explain() turns a failure into one sentence that says what to do", () => {
  const explained = (output: string) => explain(new CommandError("pip", output));
  assert.match(explained("OSError: [Errno 28] No space left on device"), /disk is full: free about 3 GB/);
  assert.match(
    explained("The virtual environment was not created because ensurepip is not available"),
    /no venv module: install it/,
  );
  assert.match(
    explained("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE"),
    /does not match its checksum/,
  );
  assert.match(
    explained("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"),
    /cannot be reached: check the network/,
  );
  assert.match(explained("something else"), /something else.*run the same command again/);
});

Deno.test("findLibrary() takes the library that TENSORFLOW_LIBRARY names, and says so if it is not there", () => {
  const found = findLibrary(() => undefined);
  assert.match(found.path, /libtensorflow_cc/);
  assert.equal(findLibrary((name) => name === "TENSORFLOW_LIBRARY" ? found.path : undefined).path, found.path);
  assert.throws(
    () => findLibrary((name) => name === "TENSORFLOW_LIBRARY" ? "/nowhere/lib.so" : undefined),
    (error: Error) =>
      error instanceof LibraryError &&
      /TENSORFLOW_LIBRARY names "\/nowhere\/lib\.so", which does not exist/.test(error.message),
  );
});

/** Runs set-up in a copy of the project whose PATH holds one fake `python3` only. */
async function setupWith(python?: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await copyProject(folder);
    const bin = join(folder, "bin");
    await Deno.mkdir(bin);
    if (python) await Deno.writeTextFile(join(bin, "python3"), `#!/bin/sh\n${python}\n`, { mode: 0o755 });
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", join(folder, "tasks/setup.ts"), "--cpu"],
      env: { PATH: bin },
    }).output();
    assert.equal(success, false);
    return new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("set-up says what is missing: Python, its age, its venv module, the network", async () => {
  assert.match(await setupWith(), /There is no Python: install Python 3\.10 or newer/);
  assert.match(await setupWith('echo "3 8"'), /Python 3\.8 is too old: install Python 3\.10 or newer/);
  const isVersion = `case "$1" in -c) echo "3 12"; exit 0;; esac`;
  assert.match(
    await setupWith(`${isVersion}\necho "ensurepip is not available" >&2; exit 1`),
    /This Python has no venv module: install it/,
  );
  // A venv whose pip finds no network.
  const pip = `#!/bin/sh\\necho "Failed to establish a new connection" >&2\\nexit 1\\n`;
  const makesVenv = `/bin/mkdir -p "$3/bin"; printf '${pip}' > "$3/bin/python"; /bin/chmod +x "$3/bin/python"`;
  assert.match(await setupWith(`${isVersion}\n${makesVenv}`), /The package index cannot be reached: check the network/);
});

Deno.test("only commands that run notebooks need JupyterLab", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await copyProject(folder);
    const requirements = await Deno.readFile(join(folder, "tasks/requirements/stardist.txt"));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", requirements)).toHex();
    await Deno.mkdir(join(folder, "data/stardist"), { recursive: true });
    await Deno.writeTextFile(join(folder, "data/stardist/.complete"), `${digest}\n${folder}`);
    const run = async (...args: string[]) => {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", join(folder, "tasks/run.ts"), ...args],
        env: { SETUP_CHECK_ONLY: "1", TENSORFLOW_LIBRARY: findLibrary(() => undefined).path },
      }).output();
      assert.equal(success, false);
      return new TextDecoder().decode(stderr);
    };
    assert.match(await run("lab"), /Set-up is not complete for .*deno task setup/);
    await Deno.mkdir(join(folder, "notebooks"));
    const notebook = "notebooks/01-data-exploration.ipynb";
    await Deno.copyFile(join(projectFolder(), notebook), join(folder, notebook));
    await Deno.mkdir(join(folder, ".venv/bin"), { recursive: true });
    await Deno.writeTextFile(join(folder, ".venv/bin/python"), "");
    for (
      const args of [["report"], ["notebook", "01-data-exploration"], ["test"], ["test:unit"], [
        "study",
        "--workflow",
        "jobs",
      ]]
    ) {
      assert.match(await run(...args), /Set-up is not complete/, args.join(" "));
    }
    const refused = await run("data", "check", "no-such-folder");
    assert.match(refused, /no-such-folder/);
    assert.doesNotMatch(refused, /Set-up/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("set-up that is done does nothing", async () => {
  const stamp = async (path: string) => (await Deno.stat(join(projectFolder(), path))).mtime;
  const build = `.tensorflow/${findLibrary(() => undefined).gpu ? "gpu" : "cpu"}/.complete`;
  const before = [await stamp(".venv/.complete"), await stamp(build)];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(projectFolder(), "tasks/setup.ts")],
  }).output();
  assert.ok(success);
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.deepEqual([await stamp(".venv/.complete"), await stamp(build)], before);
});

Deno.test("hasMoved() sees that an environment's scripts name another place", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "bin"));
    assert.equal(await hasMoved(folder), false);
    await Deno.writeTextFile(join(folder, "bin/pip"), `#!${folder}/bin/python\nimport pip\n`);
    assert.equal(await hasMoved(folder), false);
    await Deno.writeTextFile(join(folder, "bin/pip"), "#!/elsewhere/.venv/bin/python\nimport pip\n");
    assert.equal(await hasMoved(folder), true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
