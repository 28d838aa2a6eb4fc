import assert from "node:assert/strict";
import { projectFolder } from "lib/runs";
import { runtimeInfo } from "lib/tensorflow";

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

const { device } = runtimeInfo();

/** Waits until the library is mapped, which is at the beginning of its loading. */
const MAPPED = `const start = Date.now();
  while (!Deno.readTextFileSync("/proc/self/maps").includes("libtensorflow_cc") && Date.now() - start < 20_000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  console.log(Date.now() - start < 20_000 ? "loading" : "not loaded");`;

Deno.test({
  name: "a program that ends while the library loads ends as it would without",
  // A GPU build is not loaded ahead.
  ignore: Deno.build.os !== "linux" || device === "GPU",
  async fn() {
    for (const milliseconds of [0, 20, 50, 100, 150, 200]) {
      const wait = `await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));`;
      assert.deepEqual(await run(`${MAPPED} ${wait} Deno.exit(4);`), [4, "loading\n"]);
      assert.deepEqual(await run(`${MAPPED} ${wait} Deno.exitCode = 3;`), [3, "loading\n"]);
    }
  },
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
