import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { exists } from "lib/io/exists.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { pageProgram } from "../../../tasks/page/page_program.ts";
import { runCommand } from "../../../tasks/setup/command.ts";

const { script, reader, segmenter, licenses } = await pageProgram();

/** Joins lines: blanks and empty lines may differ. */
const flow = (text: string) => text.split(/\s+/).filter(Boolean).join(" ");

Deno.test("licenses.txt has the licence of each package in the page, in its version, and of the project", async () => {
  const bundled = [...`${script}${reader}${segmenter}`.matchAll(/^\s*\/\/ npm\/((?:@[^/]+\/)?[^/]+)\/([^/]+)\//gm)];
  const packages = [...new Set(bundled.map(([, name, version]) => `${name} ${version}`))].sort();
  assert.ok(packages.length >= 10, packages.join());
  const [project, ...listed] = Array.from(licenses.matchAll(/^=== (.+) ===$/gm), ([, heading]) => heading);
  assert.equal(project, "Bioimage segmentation in Deno");
  assert.deepEqual(listed.sort(), packages);

  const information = await runCommand(Deno.execPath(), ["info", "--json"]);
  const { npmCache } = z.object({ npmCache: z.string() }).parse(
    JSON.parse(information.slice(information.indexOf("{"))),
  );
  const hosts = await Array.fromAsync(Deno.readDir(npmCache), ({ name }) => name);
  const folders = hosts.flatMap((host) => packages.map((each) => join(npmCache, host, ...each.split(" "))));
  const found: string[] = [];
  for (const folder of [projectFolder(), ...folders]) {
    for (const file of ["LICENSE", "codec/LICENSE.codec.md"].map((name) => join(folder, name))) {
      if (!await exists(file)) continue;
      found.push(file);
      assert.ok(flow(licenses).includes(flow(await Deno.readTextFile(file))), `licenses.txt lacks ${file}`);
    }
  }
  assert.ok(found.length >= 8, found.join());
});
