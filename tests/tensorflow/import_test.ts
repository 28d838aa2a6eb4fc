// @tags slow
import assert from "node:assert/strict";
import { ENTRIES } from "../../tasks/jupyter/cells/library_names.ts";

Deno.test({
  name: "importing lib and its other entries opens no native library, the first op does",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const entries = [...ENTRIES.keys()].map((entry) => `import "${entry}";`).join("\n");
    const code = `
      ${entries}
      import { tf } from "lib";
      const opened = () => /libtensorflow/.test(Deno.readTextFileSync("/proc/self/maps"));
      const atImport = opened();
      tf.scalar(1).add(1).dataSync();
      console.log(atImport, opened());`;
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], stderr: "inherit" }).output();
    assert.equal(new TextDecoder().decode(stdout).trim(), "false true");
  },
});
