import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { runCommand } from "../setup/command.ts";

/** Seconds after which the bundler has failed: at its first use it is downloaded. */
const SECONDS = 300;

/**
 * Bundles a module with all that it imports into one script for a browser. It is no module, since a browser loads none
 * from a file.
 *
 * @param module address of the module
 */
export async function bundleScript(module: URL): Promise<string> {
  const output = await Deno.makeTempFile({ suffix: ".js" });
  try {
    const config = join(projectFolder(), "deno.json");
    const options = ["--quiet", "--config", config, "--platform", "browser", "--format", "iife", "--output", output];
    await runCommand(Deno.execPath(), ["bundle", ...options, fileURLToPath(module)], {
      seconds: SECONDS,
      what: "Bundling the page's program",
      wayOut: "run the command again with a network, as Deno downloads its bundler at the first use",
    });
    // A script has no address. Libraries derive those of their WebAssembly from it, which they get as bytes instead.
    return (await Deno.readTextFile(output)).replace(
      /\bimport_meta(\d*) = \{\};/g,
      'import_meta$1 = { url: "https://page.invalid/page.js" };',
    );
  } finally {
    await Deno.remove(output);
  }
}
