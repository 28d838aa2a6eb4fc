import { licenseProblem, sameLicense } from "./license.ts";
import { PackageError } from "./package_error.ts";

/** What a card's first lines say where no licence of the SPDX list is stated. */
const UNSTATED: readonly string[] = ["", "unknown", "other"];

/** Returns the licence in a card's front matter as it is written; `undefined` if none is stated. */
function writtenLicense(card: string): string | undefined {
  const front = /^---\r?\n(.*?)\r?\n---\r?$/ms.exec(card)?.[1] ?? "";
  const license = /^license:[ \t]*["']?([^"'#\r\n]*)/m.exec(front)?.[1].trim() ?? "";
  return UNSTATED.includes(license.toLowerCase()) ? undefined : license;
}

/**
 * Returns the licence of a package: the one that is given, or otherwise that in the first lines of the model's card.
 *
 * @param given an identifier of the SPDX list
 * @param card the text of the card, whose licence may have other capitals
 * @param path path of the card, for messages
 * @returns an identifier of the SPDX list; `undefined` if none is stated
 * @throws {PackageError} if the card's licence is not in the SPDX list, or another one than the one that is given.
 */
export function packageLicense(given?: string, card?: string, path = "The card"): string | undefined {
  const written = writtenLicense(card ?? "");
  if (written === undefined) return given;
  const found = sameLicense(written);
  if (!found) throw new PackageError(`${path} has the licence "${written}": ${licenseProblem(written)}`);
  if (given !== undefined && given !== found) {
    throw new PackageError(
      `${path} has the licence ${found}, not ${given}: give ${found}, or change the first lines of the file`,
    );
  }
  return found;
}
