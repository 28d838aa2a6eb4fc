import { basename } from "node:path";

/** The extensions of PNG, TIFF (BigTIFF's too), JPEG and BMP files. */
const EXTENSION = /\.(png|tiff?|btf|tf[28]|jpe?g|jpe|jfif|bmp|dib)$/i;

/** Whether a file's name has the extension of a format that is read. */
export function isImageName(name: string): boolean {
  return EXTENSION.test(name);
}

/** A name without an image's extension, with composed accents (NFC): macOS decomposes them, and both are one name. */
export function plainName(name: string): string {
  return name.replace(EXTENSION, "").normalize("NFC");
}

/** A file's plain name, without its folder. */
export function baseName(path: string): string {
  return plainName(basename(path));
}

/** A file's image extension, with the dot. */
export function imageExtension(path: string): string {
  return EXTENSION.exec(path)?.[0] ?? "";
}

/** An id for a file in a subfolder: `sub/a` becomes `sub_a`, since ids name files. */
export function nestedId(name: string): string {
  return name.replaceAll("/", "_");
}
