import { ImageError } from "./image.ts";
import { isLfsPointer } from "../io/lfs_pointer.ts";
import { checkRegularFile } from "../io/regular_file.ts";

/**
 * Reads an image file after checking its size.
 *
 * @param maxBytes maximum size of the file, in bytes
 * @throws {ImageError} if it cannot be read, is too large or empty, or is a Git LFS pointer.
 */
export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const { size } = await checkRegularFile(path);
    if (size > maxBytes) {
      throw new ImageError(
        `${path} has ${size.toLocaleString("en")} bytes, more than ${maxBytes.toLocaleString("en")}: ` +
          "read a part of a TIFF with openImage, choose a smaller level of it, or cut the image into tiles",
      );
    }
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw await unreadableError(path, error);
  }
  if (bytes.length === 0) throw new ImageError(`${path} is empty (0 bytes): copy it again`);
  if (isLfsPointer(bytes)) {
    throw new ImageError(`${path} is a Git LFS pointer, not the image: run "git lfs pull" in its repository`);
  }
  return bytes;
}

/** Says that a link leads nowhere, and the solution. */
export function brokenLinkProblem(path: string, target: string): string {
  return `${path} cannot be read: it is a link to ${target}, which cannot be read: copy the file there, or remove the link`;
}

/** Makes the error of a file that cannot be opened: a link is named with its target. */
export async function unreadableError(path: string, error: unknown): Promise<ImageError> {
  const target = await Deno.readLink(path).catch(() => undefined);
  if (target !== undefined) return new ImageError(brokenLinkProblem(path, target));
  return new ImageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}
