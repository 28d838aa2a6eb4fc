import assert from "node:assert/strict";
import { projectFolder } from "lib/runs";

/** Runs a program that preloads the library first, and returns its exit code and all that it wrote. */
async function run(program: string): Promise<[code: number, written: string]> {
  const url = new URL("../../../lib/tensorflow/ffi/preload_library.ts", import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `import { preloadLibrary } from "${url}"; preloadLibrary(); ${program}`],
    cwd: projectFolder(),
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(60_000),
  }).output();
  return [code, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)];
}

/** Waits for this many milliseconds. */
const wait = (milliseconds: number) => `await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));`;

Deno.test("a program that ends while the library loads ends as it would without", async () => {
  for (const milliseconds of [0, 50, 100, 150, 200, 250, 600]) {
    assert.deepEqual(await run(`${wait(milliseconds)} console.log("end"); Deno.exit(4);`), [4, "end\n"]);
    assert.deepEqual(await run(`${wait(milliseconds)} console.log("end"); Deno.exitCode = 3;`), [3, "end\n"]);
  }
});

Deno.test("a library that is loading opens", async () => {
  const program = `const { runtimeInfo } = await import("lib"); console.log(runtimeInfo().tensorflow);`;
  assert.match((await run(program))[1], /^2\.\d+\.\d+\n$/);
});

Deno.test("a library that is missing is reported when it is opened", async () => {
  const [code, written] = await run(`const { runtimeInfo } = await import("lib"); Deno.env.set("TENSORFLOW_LIBRARY",
    "/no/library.so"); preloadLibrary(); console.log("still here"); runtimeInfo();`);
  assert.equal(code, 1);
  assert.match(written, /^still here\n[^]*TENSORFLOW_LIBRARY names "\/no\/library\.so", which does not exist/);
});
