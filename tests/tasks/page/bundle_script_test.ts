import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BundleError, bundleScript } from "../../../tasks/page/bundle_script.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { pageProgram } from "../../../tasks/page/page_program.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

Deno.test("without a network and without Deno's bundler, a page is refused in a sentence", async () => {
  await using folder = await temporaryFolder();
  const module = join(folder.path, "module.ts");
  await Deno.writeTextFile(module, "console.log(1);");
  // Nothing listens on port 1.
  const offline = { DENO_DIR: join(folder.path, "deno"), NPM_CONFIG_REGISTRY: "http://127.0.0.1:1/" };
  await assert.rejects(bundleScript(pathToFileURL(module), offline), (error) => {
    assert.ok(error instanceof BundleError, String(error));
    assert.match(
      error.message,
      /^Bundling the page's program failed \(.+\): run the command again with a network, as Deno downloads its bundler/,
    );
    assert.doesNotMatch(error.message, /--platform|\n/);
    return true;
  });
});

Deno.test("scripts are bundled side by side where Deno unpacks its bundler for the first time", async () => {
  await using folder = await temporaryFolder();
  const module = join(folder.path, "module.ts"), text = `console.log(${JSON.stringify("bundled")});`;
  await Deno.writeTextFile(module, text);
  const fresh = { DENO_DIR: join(folder.path, "deno") };
  const scripts = await Promise.all(Array.from({ length: 6 }, () => bundleScript(pathToFileURL(module), fresh)));
  for (const script of scripts) assert.ok(script.includes(text));
});

Deno.test("the scripts of a page contain no path of the computer that made it", async () => {
  const { script, reader, segmenter } = await pageProgram();
  assert.match(reader, /\/\/ npm\/@jsquash\/webp\/\d[^/]*\/decode\.js\n/);
  for (const text of [script, reader, segmenter]) {
    const paths = text.match(/(?<=^\s*\/\/ |")(?:\.\.)?\/[^"\s]+\.(?:[cm]?js|ts|wasm)\b/gm) ?? [];
    assert.deepEqual(paths, []);
    assert.doesNotMatch(text, /registry\.npmjs\.org/);
    for (const folder of [projectFolder(), homedir()]) assert.ok(!text.includes(folder), folder);
  }
});
