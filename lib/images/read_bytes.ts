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
    throw new ImageError(`${path} cannot be read: ${await whyUnreadable(path, error)}`);
  }
  if (bytes.length === 0) throw new ImageError(`${path} is empty (0 bytes): copy it again`);
  if (isLfsPointer(bytes)) {
    throw new ImageError(`${path} is a Git LFS pointer, not the image: run "git lfs pull" in its repository`);
  }
  return bytes;
}

async function whyUnreadable(path: string, error: unknown): Promise<string> {
  try {
    return `it is a link to ${await Deno.readLink(
      path,
    )}, which cannot be read: copy the file there, or remove the link`;
  } catch {
    return error instanceof Error ? error.message : String(error);
  }
}
