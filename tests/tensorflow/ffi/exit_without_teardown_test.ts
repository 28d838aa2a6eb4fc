import assert from "node:assert/strict";
import { projectFolder } from "lib/runs";

/** Runs a program that ends without teardown, and returns its exit code and what it wrote. */
async function run(program: string): Promise<[code: number, written: string]> {
  const url = new URL("../../../lib/tensorflow/ffi/exit_without_teardown.ts", import.meta.url);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `import { exitWithoutTeardown } from "${url}"; exitWithoutTeardown(() => "GPU"); ${program}`],
    cwd: projectFolder(),
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

Deno.test({
  name: "a program that ends without teardown keeps its exit code and what it wrote",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    assert.deepEqual(await run(`console.log("a".repeat(200_000));`), [0, `${"a".repeat(200_000)}\n`]);
    assert.deepEqual(await run(`Deno.exitCode = 3; await Promise.resolve(); console.log("end");`), [3, "end\n"]);
    assert.deepEqual(await run(`console.log("end"); Deno.exit(4);`), [4, "end\n"]);
    assert.equal((await run(`throw new Error("wrong");`))[0], 1);
  },
});

Deno.test({
  name: "a program that ends without teardown calls nothing that libraries left for the end",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    // A handler of atexit that ends the process with another code: this is where a library could crash.
    const handler = `
    const c = Deno.dlopen("libc.so.6", { on_exit: { parameters: ["pointer", "pointer"], result: "i32" },
      _exit: { parameters: ["i32"], result: "void" } });
    const crash = new Deno.UnsafeCallback({ parameters: ["i32", "pointer"], result: "void" }, () => c.symbols._exit(9));
    c.symbols.on_exit(crash.pointer, null);`;
    assert.deepEqual(await run(`${handler} console.log("end");`), [0, "end\n"]);
  },
});
