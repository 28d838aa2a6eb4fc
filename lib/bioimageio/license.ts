import LICENSES from "spdx-license-ids/index.json" with { type: "json" };
import { isNear, nearestWord } from "../io/nearest_word.ts";

/** Returns the identifier of the SPDX list that a name is in other capitals, or `undefined`. */
export function sameLicense(name: string): string | undefined {
  return LICENSES.find((id) => id.toLowerCase() === name.toLowerCase());
}

/** Returns the identifier of the SPDX list that was probably meant, or `undefined`. */
function nearestLicense(license: string): string | undefined {
  const word = license.trim().replace(/\s*licen[cs]e$/i, "").replace(/\s+/g, "-").toLowerCase();
  const same = sameLicense(word);
  if (same) return same;
  // Without its version: the last one. The versions of a licence follow each other in the list.
  const versions = LICENSES.filter((id) =>
    id.toLowerCase().startsWith(word) && /^-?[\d.]+(-only)?$|^-only$/.test(id.slice(word.length))
  );
  if (versions.length) return versions.at(-1);
  const near = nearestWord(word, LICENSES);
  return isNear(word, near) ? near : undefined;
}

/**
 * Returns what is wrong with a package's licence, or `undefined`. The specification takes the identifiers of the SPDX
 * list, in its capitals.
 *
 * @returns half a sentence: `give an identifier of the SPDX list (did you mean CC-BY-4.0?)`
 *
 * @see https://spdx.org/licenses/
 */
export function licenseProblem(license: string): string | undefined {
  if (LICENSES.includes(license)) return undefined;
  const near = nearestLicense(license);
  return `give an identifier of the SPDX list${near ? ` (did you mean ${near}?)` : ", such as CC-BY-4.0"}`;
}
