/** Maximum size of a pointer, in bytes. */
const MAX_BYTES = 1024;
const PREFIX = new TextEncoder().encode("version https://git-lfs.github.com/spec/");

/**
 * Returns whether a file is a Git LFS pointer: a short text in place of the file (git-lfs specification, version 1).
 */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < MAX_BYTES && PREFIX.every((byte, i) => bytes[i] === byte);
}
