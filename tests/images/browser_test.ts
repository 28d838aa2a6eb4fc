// @tags slow
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { decodeImage, decodeLabels } from "lib/images";
import { projectFolder } from "lib/runs";
import { temporaryFolder } from "../io/temporary_folder.ts";

const fixtures = new URL("../fixtures/", import.meta.url);
const archive = unzipSync(await Deno.readFile(new URL("images.zip", fixtures)));
const names = Object.keys(archive).filter((name) => /\.(png|tif|jpg|bmp)$/.test(name)).sort();

/** What a page would do, run by Node in a context that has only what browsers have too. */
const HARNESS = `
const vm = require("node:vm"), fs = require("node:fs"), { createHash } = require("node:crypto");
const [bundle, list] = process.argv.slice(1);
const shared = ["TextDecoder", "TextEncoder", "DecompressionStream", "WebAssembly", "URL", "Blob", "Response", "atob",
  "btoa", "setTimeout", "clearTimeout", "queueMicrotask", "performance", "console"];
const context = vm.createContext(Object.fromEntries(shared.map((name) => [name, globalThis[name]])));
// Libraries fetch their own WebAssembly from addresses that hold it; nothing else may be fetched.
context.fetch = (address) => /^(data|blob):/.test(address) ? fetch(address) : Promise.reject(new Error("fetches " + address));
vm.runInContext("globalThis.self = globalThis; globalThis.window = globalThis;" +
  "globalThis.ImageData = class { constructor(data, width, height) { Object.assign(this, { data, width, height }); } }", context);
const Bytes = vm.runInContext("Uint8Array", context);
const module = new vm.SourceTextModule(fs.readFileSync(bundle, "utf8"), {
  context,
  initializeImportMeta: (meta) => { meta.url = "https://example.org/decode.js"; },
});
module.link((name) => { throw new Error("the bundle imports " + name); }).then(() => module.evaluate()).then(async () => {
  const { decodeImage, decodeLabels } = module.namespace;
  for (const path of JSON.parse(fs.readFileSync(list, "utf8"))) {
    const answers = [];
    for (const decode of [decodeImage, decodeLabels]) {
      try {
        const { width, height, data } = await decode(new Bytes(fs.readFileSync(path)), "file");
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        answers.push([width, height, createHash("sha256").update(bytes).digest("hex")].join(" "));
      } catch (error) {
        answers.push(error.message);
      }
    }
    process.stdout.write(JSON.stringify(answers) + "\\n");
  }
});
`;

Deno.test("bundled for a browser, without Deno and Node, decoding gives the same pixels", async () => {
  await using folder = await temporaryFolder();
  const bundle = join(folder.path, "decode.mjs"), list = join(folder.path, "list.json");
  const made = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--output", bundle, "lib/images/decode_image.ts"],
    cwd: projectFolder(),
  }).output();
  assert.ok(made.success, new TextDecoder().decode(made.stderr));
  const paths: string[] = [];
  for (const [i, name] of names.entries()) {
    paths.push(join(folder.path, String(i)));
    await Deno.writeFile(paths[i], archive[name]);
  }
  await Deno.writeTextFile(list, JSON.stringify(paths));
  const ran = await new Deno.Command("node", {
    args: ["--experimental-vm-modules", "--no-warnings", "--eval", HARNESS, bundle, list],
  }).output();
  const lines = new TextDecoder().decode(ran.stdout).trim().split("\n");
  assert.equal(lines.length, names.length, new TextDecoder().decode(ran.stderr));
  for (const [i, name] of names.entries()) {
    const expected: string[] = [];
    for (const decode of [decodeImage, decodeLabels]) {
      try {
        const { width, height, data } = await decode(archive[name], "file");
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        expected.push(`${width} ${height} ${createHash("sha256").update(bytes).digest("hex")}`);
      } catch (error) {
        expected.push((error as Error).message);
      }
    }
    assert.deepEqual(JSON.parse(lines[i]), expected, name);
  }
});
