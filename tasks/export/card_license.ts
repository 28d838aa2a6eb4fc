import { join } from "node:path";
import { packageLicense } from "lib/bioimageio/card_license.ts";
import { exists } from "lib/io/exists.ts";
import { CARD } from "lib/runs/model_card/write_model_card.ts";

/**
 * Returns the licence of a run's model: the one that is given, or otherwise that in the first lines of the run's card.
 *
 * @throws {PackageError} if the card's licence is not in the SPDX list, or another one than the one that is given.
 */
export async function cardLicense(run: string, given?: string): Promise<string | undefined> {
  const path = join(run, CARD);
  return await exists(path) ? packageLicense(given, await Deno.readTextFile(path), path) : given;
}
