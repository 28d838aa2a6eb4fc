import { basename } from "node:path";
import { FORMATS } from "../../images/formats/formats.ts";

/** The extension of a supported format at the end of a name. */
const EXTENSION = new RegExp(`\\.(${Object.values(FORMATS).flatMap(({ extensions }) => extensions).join("|")})$`, "i");

/** Returns whether a file's name has the extension of a supported format. */
export function isImageName(name: string): boolean {
  return EXTENSION.test(name);
}

/** Removes an image's extension from a name and composes its accents (NFC), which macOS decomposes. */
export function plainName(name: string): string {
  return name.replace(EXTENSION, "").normalize("NFC");
}

/** Returns a file's plain name, without its folder. */
export function baseName(path: string): string {
  return plainName(basename(path));
}

/** Returns a file's image extension, with the dot. */
export function imageExtension(path: string): string {
  return EXTENSION.exec(path)?.[0] ?? "";
}

/** Makes an id for a file in a subfolder: `sub/a` becomes `sub_a`, since ids are used as file names. */
export function nestedId(name: string): string {
  return name.replaceAll("/", "_");
}
