import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { UserError } from "lib/io/user_error.ts";
import { CommandError, runCommand } from "../setup/command.ts";

/** Thrown if Deno's bundler fails. */
export class BundleError extends UserError {
  override readonly name = "BundleError";
}

/** What to do if the bundler fails. */
const WAY_OUT = "run the command again with a network, as Deno downloads its bundler at the first use";

/** Beginning of a path in Deno's cache of npm packages, in a comment or a text: the path goes on with name and version. */
const CACHE = /(?<=\/\/ |")[^"\n]*?\/npm\/[^/"\n]+\/(?=(?:@[^/"\n]+\/)?[^/"\n]+\/\d+\.\d+\.\d)/g;

/** Seconds after which the bundler has failed: at its first use it is downloaded. */
const SECONDS = 300;

/** What Deno says if another of its processes unpacks the bundler at the same time, at its first use. */
const UNPACKED_TWICE = /failed to copy esbuild/;
/** How often a script is bundled in that case, and the milliseconds between. */
const TRIES = 10, PAUSE = 500;

/**
 * Bundles a module with all that it imports into one script for a browser. It is no module, since a browser loads none
 * from a file. Its paths are those in the project, and `npm/NAME/VERSION/…` of packages, on every computer.
 *
 * @param module address of the module
 * @param deno variables to add to Deno's environment
 * @throws {BundleError} if Deno's bundler fails, such as at its first use without a network.
 */
export async function bundleScript(module: URL, deno?: Record<string, string>): Promise<string> {
  const output = await Deno.makeTempFile({ suffix: ".js" });
  try {
    // Paths in the script are relative to the current folder.
    const cwd = projectFolder(), config = join(cwd, "deno.json");
    const options = ["--quiet", "--config", config, "--platform", "browser", "--format", "iife", "--output", output];
    const bundle = (tries: number): Promise<unknown> =>
      runCommand(Deno.execPath(), ["bundle", ...options, fileURLToPath(module)], {
        seconds: SECONDS,
        what: "Bundling the page's program",
        wayOut: WAY_OUT,
        cwd,
        env: { NO_COLOR: "1", ...deno },
      }).catch(async (error) => {
        if (!(error instanceof CommandError)) throw error;
        if (tries > 1 && UNPACKED_TWICE.test(error.output)) {
          await delay(PAUSE);
          return bundle(tries - 1);
        }
        const reason = /^error: (.+)/m.exec(error.output)?.[1] ?? "it gives no reason";
        throw new BundleError(`Bundling the page's program failed (${reason}): ${WAY_OUT}`, { cause: error });
      });
    await bundle(TRIES);
    // A script has no address. Libraries derive those of their WebAssembly from it, which they get as bytes instead.
    return (await Deno.readTextFile(output)).replace(
      /\bimport_meta(\d*) = \{\};/g,
      'import_meta$1 = { url: "https://page.invalid/page.js" };',
    ).replace(CACHE, "npm/");
  } finally {
    await Deno.remove(output);
  }
}
