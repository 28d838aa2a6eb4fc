import assert from "node:assert/strict";
import { runtimeInfo, tf } from "lib/tensorflow/mod.ts";
import { readMappings, releaseLoadedPages } from "lib/tensorflow/ffi/loaded_pages.ts";

/** Bytes of the library's pages that lie in this process's memory as the file has them. */
function libraryBytes(): number {
  const { library } = runtimeInfo();
  return readMappings().filter(({ path }) => path === library)
    .reduce((sum, { resident, anonymous }) => sum + resident - anonymous, 0);
}

Deno.test("TensorFlow's pages that only its loading needed are given back, and come again when they are needed", {
  ignore: Deno.build.os !== "linux",
}, () => {
  const { library } = runtimeInfo();
  const x = tf.linspace(-2, 2, 1000);
  const compute = () => [...tf.tidy(() => tf.tanh(tf.matMul(tf.outerProduct(x, x), x.reshape([-1, 1])))).dataSync()];
  const values = compute();
  const before = libraryBytes();
  const released = releaseLoadedPages(library);
  const after = libraryBytes();
  // The library's own share; its neighbour, which it loads, counts as released too.
  assert.ok(released > 0 && after < before / 2, `${before} bytes before, ${after} after`);
  assert.deepEqual(compute(), values);
  x.dispose();
});

Deno.test("a process that has opened TensorFlow holds less than at the peak of loading it", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const code = `import { runtimeInfo } from "lib/tensorflow/mod.ts";
    runtimeInfo();
    const status = Deno.readTextFileSync("/proc/self/status");
    console.log(["VmHWM", "VmRSS"].map((name) => status.match(new RegExp(name + ":\\\\s+(\\\\d+)"))[1]).join(" "));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  const [peak, now] = new TextDecoder().decode(stdout).split(" ").map(Number);
  assert.ok(now < peak - 100_000, `${peak} kB at the peak, ${now} kB after it`);
});
