// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { instancesFromBorder, instancesFromForeground } from "lib/objects";
import { projectFolder } from "lib/runs";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { drawBlobs } from "./blobs.ts";

/** What a page would do, run by Node in a context that has only JavaScript itself. */
const HARNESS = `
const vm = require("node:vm"), fs = require("node:fs");
const [bundle, input] = process.argv.slice(1);
const context = vm.createContext({});
const module = new vm.SourceTextModule(fs.readFileSync(bundle, "utf8"), { context });
module.link((name) => { throw new Error("the bundle imports " + name); }).then(() => module.evaluate()).then(() => {
  const { instancesFromBorder, instancesFromForeground } = module.namespace;
  const { foreground, border, size } = JSON.parse(fs.readFileSync(input, "utf8"));
  const found = [instancesFromForeground(foreground, size), instancesFromBorder(border, size)];
  process.stdout.write(JSON.stringify(found.map(({ labels, count }) => [count, ...labels.data])));
});
`;

Deno.test("bundled for a browser, without Deno and Node, the same objects are found", async () => {
  await using folder = await temporaryFolder();
  const bundle = join(folder.path, "objects.mjs"), input = join(folder.path, "input.json");
  const made = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--output", bundle, "lib/objects/mod.ts"],
    cwd: projectFolder(),
  }).output();
  assert.ok(made.success, new TextDecoder().decode(made.stderr));
  const { foreground, border, width, height } = drawBlobs(120, 90, 30), size = { width, height };
  await Deno.writeTextFile(input, JSON.stringify({ foreground: [...foreground], border: [...border], size }));
  const { stdout, stderr } = await new Deno.Command("node", {
    args: ["--experimental-vm-modules", "--no-warnings", "--eval", HARNESS, bundle, input],
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(text, new TextDecoder().decode(stderr));
  const expected = [instancesFromForeground(foreground, size), instancesFromBorder(border, size)];
  assert.deepEqual(JSON.parse(text), expected.map(({ labels, count }) => [count, ...labels.data]));
});
